// k6 run -e BASE_URL=http://127.0.0.1:8000 -e TOKEN=phc_... -e SECRET=phs_... k6/flag_definitions.js
import http from 'k6/http'
import { check } from 'k6'
import { baseUrl, secret, token } from './lib/settings.js'

export const options = {
  scenarios: { pollers: { executor: 'constant-arrival-rate', rate: 90, timeUnit: '1s', duration: '30s', preAllocatedVUs: 20 } },
  thresholds: { http_req_failed: ['rate<0.001'], http_req_duration: ['p(99)<50'], checks: ['rate>0.999'] },
}

const headers = { Authorization: `Bearer ${secret}` }

export function setup() {
  const first = http.get(`${baseUrl}/flags/definitions?token=${token}&send_cohorts`, { headers })
  check(first, { 'first load answers 200': (r) => r.status === 200 })
  return { tag: first.headers.Etag }
}

export default function ({ tag }) {
  const response = http.get(`${baseUrl}/flags/definitions?token=${token}&send_cohorts`, { headers: { ...headers, 'If-None-Match': tag } })
  check(response, { 'unchanged is 304': (r) => r.status === 304, 'without a body': (r) => !r.body })
}

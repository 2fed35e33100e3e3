// k6 run -e BASE_URL=http://127.0.0.1:8000 -e TOKEN=phc_... -e SECRET=phs_... k6/flag_definitions.js
import http from 'k6/http'
import { check } from 'k6'
import { baseUrl, secret, token } from './lib/settings.js'

const steady = { executor: 'constant-arrival-rate', timeUnit: '1s', duration: '30s', preAllocatedVUs: 20 }

// Rates within a team's budgets of 6000 and 600 a minute.
export const options = {
  scenarios: {
    unchanged: { ...steady, rate: 90, exec: 'unchanged' },
    full: { ...steady, rate: 9, exec: 'full', startTime: '35s' },
  },
  thresholds: {
    http_req_failed: ['rate<0.001'],
    checks: ['rate>0.999'],
    'http_req_duration{scenario:unchanged}': ['p(99)<50'],
    'http_req_duration{scenario:full}': ['p(99)<100'],
  },
}

const url = `${baseUrl}/flags/definitions?token=${token}&send_cohorts`
const headers = { Authorization: `Bearer ${secret}` }

export function setup() {
  const first = http.get(url, { headers })
  check(first, { 'first load answers 200': (r) => r.status === 200 })
  return { tag: first.headers.Etag }
}

export function unchanged({ tag }) {
  const response = http.get(url, { headers: { ...headers, 'If-None-Match': tag } })
  check(response, { 'unchanged is 304': (r) => r.status === 304, 'without a body': (r) => !r.body })
}

export function full() {
  const response = http.get(url, { headers })
  check(response, { 'answers 200': (r) => r.status === 200, 'carries a tag': (r) => r.headers.Etag !== undefined, 'carries flags': (r) => r.json('flags') !== undefined })
}

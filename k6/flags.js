// k6 run -e BASE_URL=http://127.0.0.1:8000 -e TOKEN=phc_... k6/flags.js
import http from 'k6/http'
import { check } from 'k6'
import { baseUrl, token, user } from './lib/settings.js'

export const options = {
  scenarios: { steady: { executor: 'constant-arrival-rate', rate: 500, timeUnit: '1s', duration: '30s', preAllocatedVUs: 50 } },
  thresholds: { http_req_failed: ['rate<0.001'], http_req_duration: ['p(99)<50'], checks: ['rate>0.999'] },
}

export default function () {
  const body = JSON.stringify({ token, ...user(__ITER) })
  const response = http.post(`${baseUrl}/flags/?v=2`, body, { headers: { 'Content-Type': 'application/json' } })
  check(response, {
    'answers 200': (r) => r.status === 200,
    'carries flags': (r) => r.json('flags') !== undefined && r.json('requestId') !== undefined,
    'computes without errors': (r) => r.json('errorsWhileComputingFlags') === false,
  })
}

// k6 run -e BASE_URL=http://127.0.0.1:8000 -e TOKEN=phc_... k6/flags.js
import http from 'k6/http'
import { check } from 'k6'
import { baseUrl, token, user } from './lib/settings.js'

const steady = { executor: 'constant-arrival-rate', timeUnit: '1s', duration: '30s', preAllocatedVUs: 50 }

export const options = {
  scenarios: {
    properties: { ...steady, rate: 500, exec: 'properties' },
    // The caller sends nothing, so the server has to look the person up.
    lookup: { ...steady, rate: 200, exec: 'lookup', startTime: '35s' },
  },
  thresholds: {
    http_req_failed: ['rate<0.001'],
    checks: ['rate>0.999'],
    'http_req_duration{scenario:properties}': ['p(99)<50'],
    'http_req_duration{scenario:lookup}': ['p(99)<100'],
  },
}

export function properties() {
  ask({ token, ...user(__ITER) })
}

export function lookup() {
  ask({ token, distinct_id: user(__ITER).distinct_id })
}

function ask(body) {
  const response = http.post(`${baseUrl}/flags/?v=2`, JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } })
  check(response, {
    'answers 200': (r) => r.status === 200,
    'carries flags': (r) => r.json('flags') !== undefined && r.json('requestId') !== undefined,
    'computes without errors': (r) => r.json('errorsWhileComputingFlags') === false,
  })
}

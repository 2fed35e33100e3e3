// Where to send requests, and for whom. Set with -e NAME=value.
export const baseUrl = (__ENV.BASE_URL || 'http://127.0.0.1:8000').replace(/\/$/, '')
export const token = __ENV.TOKEN || 'phc_f50'
export const secret = __ENV.SECRET || ''

const countries = ['US', 'GB', 'DE', 'FR', 'JP', 'BR', 'IN', 'CA']
const plans = ['free', 'pro']

// One of a thousand users, with the properties that the flag set of loadtests/ asks for.
export function user(i) {
  return {
    distinct_id: `user-${i % 1000}`,
    person_properties: {
      email: `user${i % 1000}@example.com`,
      country: countries[i % countries.length],
      plan: plans[i % plans.length],
      age: 18 + (i % 60),
      version: `2.3.${i % 20}`,
    },
  }
}

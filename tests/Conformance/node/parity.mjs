// For each user and flag: what posthog-node decides by itself, and what the server answers. Prints how many values were compared and, for each flag with a disagreement, the first one.
import { PostHog } from 'posthog-node'

const [host, publicToken, secretToken, count] = process.argv.slice(2)
const options = { host, sendFeatureFlagEvents: false, flushAt: 1000, flushInterval: 100000 }
const client = new PostHog(publicToken, { ...options, secretKey: secretToken, featureFlagsPollingInterval: 100000 })
await client.waitForLocalEvaluationReady(5000)
const countries = ['US', 'GB', 'DE', 'FR']
const differences = {}
let compared = 0
for (let i = 0; i < Number(count); i++) {
  const id = `user-${i}`
  const personProperties = { email: `user${i}@example.com`, country: countries[i % 4], plan: i % 2 ? 'pro' : 'free', age: String(18 + (i % 60)), version: `2.${i % 5}.${i % 20}`, signed_up: '2026-01-15', epoch: 1700000000, size: '6px', preview: '3.0.0-beta.1', tags: ['a', 'b'], nothing: 'null', '$feature_enrollment/differs-enrollment': true }
  const groups = { company: `company-${i % 7}` }
  const local = await client.getAllFlags(id, { personProperties, groups, onlyEvaluateLocally: true, sendFeatureFlagEvents: false })
  const response = await fetch(`${host}/flags/?v=2`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'posthog-node/5.70.0' },
    body: JSON.stringify({ token: publicToken, distinct_id: id, person_properties: personProperties, groups, evaluation_runtime: 'server' }),
  })
  const { flags } = await response.json()
  for (const [key, value] of Object.entries(local)) {
    const flag = flags[key]
    const remote = flag === undefined ? false : (flag.variant ?? flag.enabled)
    compared++
    if (remote !== value) differences[key] ??= { id, local: value, remote }
  }
}
await client.shutdown()
console.log(JSON.stringify({ compared, differences }))
process.exit(0)

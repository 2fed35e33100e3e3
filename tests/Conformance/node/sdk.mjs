// Runs an unmodified posthog-node against a server and prints what it saw as one JSON line.
import { PostHog } from 'posthog-node'

const [host, publicToken, secretToken] = process.argv.slice(2)
const seen = {}
const statuses = []
const recording = async (url, options) => {
  const response = await fetch(url, options)
  if (url.includes('/definitions')) statuses.push(response.status)
  return response
}
const options = { host, fetch: recording, sendFeatureFlagEvents: false, flushAt: 1000, flushInterval: 100000 }

const remote = new PostHog(publicToken, options)
seen.remoteAll = await remote.getAllFlags('user-1', { personProperties: { plan: 'pro' }, sendFeatureFlagEvents: false })
seen.remoteFlag = await remote.getFeatureFlag('rollout', 'user-2', { sendFeatureFlagEvents: false })
seen.remotePayload = await remote.getFeatureFlagPayload('payload', 'user-1')
await remote.shutdown()

const local = new PostHog(publicToken, { ...options, secretKey: secretToken, featureFlagsPollingInterval: 150 })
await local.waitForLocalEvaluationReady(5000)
seen.localReady = local.isLocalEvaluationReady()
seen.localAll = await local.getAllFlags('user-1', { personProperties: { plan: 'pro' }, onlyEvaluateLocally: true, sendFeatureFlagEvents: false })
for (let i = 0; i < 100 && !statuses.includes(304); i++) await new Promise((resolve) => setTimeout(resolve, 50))
seen.pollStatuses = [...new Set(statuses)]
await local.shutdown()

const bySecret = new PostHog(secretToken, options)
seen.secretAll = await bySecret.getAllFlags('user-1', { personProperties: { plan: 'pro' }, sendFeatureFlagEvents: false })
await bySecret.shutdown()

console.log(JSON.stringify(seen))
process.exit(0)

// Checks the syntax of a module without running it.
import { spawnSync } from 'node:child_process'

const checked = spawnSync(process.execPath, ['--check', process.argv[2]], { encoding: 'utf8' })
if (checked.status !== 0) {
  console.error(checked.stderr)
  process.exit(1)
}
console.log('"ok"')

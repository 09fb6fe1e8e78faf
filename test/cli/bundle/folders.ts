// A playbook's folder for the tests of the bundle commands.

import { call, type Scratch } from '../kit.ts'

export const PIPELINE = `apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: restart
spec:
  params:
    - name: NAME
  tasks:
    - name: restart
      timeout: 5m
      taskSpec:
        steps:
          - name: restart
            image: registry.example.com/kubectl:1.34
            env: [{ name: NAME, value: $(params.NAME) }]
            script: kubectl rollout restart "deployment/$NAME" && echo '<done>'
`

export const SCHEMA = '{"type":"object","properties":{"NAME":{"type":"string","maxLength":63}}}\n'

/** What is in the folder besides, and no part of a bundle. */
const REGISTRATION = 'apiVersion: playbook.kubernaut.io/v1alpha1\nkind: Playbook\nmetadata: {name: restart}\n'

/** Writes the folder `name`; answers its path. */
export async function putPlaybook(scratch: Scratch, name: string, pipeline = PIPELINE): Promise<string> {
  await scratch.put(`${name}/pipeline.yaml`, pipeline)
  await scratch.put(`${name}/playbook-schema.json`, SCHEMA)
  await scratch.put(`${name}/playbook.yaml`, REGISTRATION)
  return `${scratch.folder}/${name}`
}

/** What a command says in JSON. */
export async function ask(words: readonly string[], given?: Parameters<typeof call>[1]) {
  const { code, out, err } = await call([...words, '--output', 'json'], given)
  return { code, err, value: out === '' ? undefined : JSON.parse(out) }
}

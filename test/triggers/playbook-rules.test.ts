// What the API server refuses of a Playbook beyond its schema: the rules in CEL, evaluated here.

import { evaluate } from '@marcbachmann/cel-js'
import { expect, test } from 'vitest'
import { readObjects } from '../../local/world/manifests.ts'
import { readText } from '../docs/markdown.ts'

interface Definition {
  readonly spec: { readonly versions: readonly [{ readonly schema: { readonly openAPIV3Schema: Schema } }] }
}

interface Schema {
  readonly properties: {
    readonly spec: { readonly 'x-kubernetes-validations': readonly { rule: string; message: string }[] }
  }
}

const [definition] = readObjects(readText('triggers/crd-playbook.yaml')) as unknown as [Definition]
const [{ schema }] = definition.spec.versions
const rules = schema.openAPIV3Schema.properties.spec['x-kubernetes-validations']

const bundle = 'registry.example.com/a:v1.0.0'
const image = 'registry.example.com/a:1'
const version = '1.0.0'

test.each<[object, RegExp[]]>([
  [{ bundle }, []],
  [{ image, version }, []],
  [{}, [/set one of spec\.bundle and spec\.image/]],
  [{ bundle, image, version }, [/set one of spec\.bundle and spec\.image/]],
  [{ image }, [/set spec\.version/]],
  [{ image, version, pipeline: 'p' }, [/leave spec\.pipeline out/]],
  [{ image, version, imagePullSecrets: [] }, [/service account/]],
])('%j', (self, messages) => {
  const broken = rules.filter(({ rule }) => evaluate(rule, { self }) !== true)
  expect(broken.map(({ message }) => message)).toEqual(messages.map(each => expect.stringMatching(each)))
})

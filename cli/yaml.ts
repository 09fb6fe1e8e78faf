// YAML behind a name of our own: an import() of CommonJS finds its names in Node, but not in a bundle of ES modules.

import { stringify } from 'yaml'

/** kubectl reads YAML 1.1, where a bare `no` is false. */
export function toYaml(value: unknown): string {
  return stringify(value, { version: '1.1' })
}

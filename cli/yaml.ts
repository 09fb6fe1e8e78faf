// YAML for kubectl. A file of its own, to be loaded late: of a CommonJS package that is imported late, a bundle of ES modules knows no names.

import { stringify } from 'yaml'

/** kubectl reads YAML 1.1, where a bare `no` is false. */
export function toYaml(value: unknown): string {
  return stringify(value, { version: '1.1' })
}

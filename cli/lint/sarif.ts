// Findings as SARIF 2.1.0, which code hosts show beside the lines (https://docs.oasis-open.org/sarif/sarif/v2.1.0/).

import pkg from '../../package.json' with { type: 'json' }
import type { Finding } from './finding.ts'
import { RULES } from './rules.ts'

/** Relative, and with what a URI cannot hold escaped. */
function uriOf(file: string): string {
  return file.replaceAll('\\', '/').replace(/^\.\//, '').split('/').map(encodeURIComponent).join('/')
}

function ruleOf(id: string) {
  const { title, why } = RULES[id] ?? {
    title: id,
    why: 'The schema of a playbook must be one that it can be run with.',
  }
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: why },
    helpUri: 'https://tekton.dev/docs/pipelines/',
  }
}

export function toSarif(findings: readonly Finding[]) {
  const ids = [...new Set(findings.map(({ rule }) => rule))].sort()
  const results = findings.map(({ rule, severity, message, fix, file, line, column, object }) => ({
    ruleId: rule,
    ruleIndex: ids.indexOf(rule),
    level: severity,
    message: { text: `${message} ${fix}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file) },
          region: { startLine: line, startColumn: column },
        },
        ...(object === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: object }] }),
      },
    ],
  }))
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'playbook', version: pkg.version, rules: ids.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        results,
      },
    ],
  }
}

// Writes the event catalogue anew: the table in README.md, and docs/events.md.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventsDocument, eventTable } from './describe-events.ts'
import { splice } from './splice.ts'

const ROOT = join(import.meta.dirname, '..')
const readme = join(ROOT, 'README.md')

writeFileSync(readme, splice(readFileSync(readme, 'utf8'), 'events', eventTable()))
writeFileSync(join(ROOT, 'docs', 'events.md'), eventsDocument())

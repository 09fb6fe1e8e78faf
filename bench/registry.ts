// The local registry in a process of its own, so that it takes no time from who uses it.

import { startRegistry } from '../local/registry/server.ts'

const registry = await startRegistry()
process.send?.(registry.host)

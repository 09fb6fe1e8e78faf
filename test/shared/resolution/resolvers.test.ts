import { describe, expect, test } from 'vitest'
import type { Resolver } from '../../../shared/resolution/resolver.ts'
import { RESOLVERS, type Tools } from '../../../shared/resolution/resolvers.ts'

/** What a resolver may reach is not touched while it is made. */
const tools = { environment: {}, plainHttpRegistries: [], folder: '.' } as unknown as Tools

describe('every registered resolver', () => {
  test('is of the type it is registered under, and makes a legal label', async () => {
    const loaded = await Promise.all(
      Object.entries(RESOLVERS).map(
        async ([type, { load }]): Promise<[string, Resolver]> => [type, await load(tools)],
      ),
    )
    for (const [type, resolver] of loaded) {
      expect(resolver.type).toBe(type)
      expect(type).toMatch(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/)
    }
  })
})

// The journeys of the policy on a real cluster, where it is the only one: no other file runs beside this one.

import { afterAll } from 'vitest'
import { definePolicyJourneys } from '../journeys/policy.ts'
import { takeNamespace } from './namespaces.ts'
import { openStage } from './stage.ts'

const { namespace, remove } = takeNamespace('policy')

afterAll(remove)

definePolicyJourneys(async () => ({ stage: openStage(), namespace }))

// The same journeys as in the local world, on a real cluster.

import { afterAll } from 'vitest'
import { defineJourneys } from '../journeys/journeys.ts'
import { takeNamespace } from './namespaces.ts'
import { openStage } from './stage.ts'

const { namespace, remove } = takeNamespace('journeys')

afterAll(remove)

defineJourneys(async () => ({ stage: openStage(), namespace }))

// The same journeys as in the local world, on a real cluster.

import { afterAll } from 'vitest'
import { defineJourneys } from '../journeys/journeys.ts'
import { freshNamespace, openStage } from './stage.ts'

const { namespace, remove } = freshNamespace('journeys')

afterAll(remove)

defineJourneys(async () => ({ stage: openStage(), namespace }))

// Which namespaces may be read, from two comma-separated lists.

import { expect, test } from 'vitest'
import { accessTo, isListed } from '../../../shared/resolution/namespaces.ts'

test.each([
  ['no lists', {}, 'open'],
  ['empty lists', { 'allowed-namespaces': '', 'blocked-namespaces': ' ' }, 'open'],
  ['allowed among others, with spaces', { 'allowed-namespaces': 'b, a ,c' }, 'open'],
  ['others allowed', { 'allowed-namespaces': 'b,aa' }, 'not allowed'],
  ['all allowed', { 'allowed-namespaces': '*' }, 'open'],
  ['blocked', { 'blocked-namespaces': 'b, a' }, 'blocked'],
  ['another blocked', { 'blocked-namespaces': 'b' }, 'open'],
  ['blocked and allowed', { 'allowed-namespaces': 'a', 'blocked-namespaces': 'a' }, 'blocked'],
  ['all blocked', { 'blocked-namespaces': '*' }, 'blocked'],
  ['all blocked, this one allowed', { 'allowed-namespaces': 'a', 'blocked-namespaces': '*' }, 'open'],
  ['all blocked, all allowed', { 'allowed-namespaces': '*', 'blocked-namespaces': '*' }, 'blocked'],
])('with %s the namespace a is %s', (_, settings, access) => {
  expect(accessTo('a', settings)).toBe(access)
})

test.each([
  ['nothing', {}, false],
  ['others', { 'allowed-namespaces': 'b' }, false],
  ['it', { 'allowed-namespaces': 'b, a' }, true],
  ['all', { 'allowed-namespaces': '*' }, true],
])('where %s is listed, it is: %s', (_, settings, listed) => {
  expect(isListed('a', settings)).toBe(listed)
})

import { describe, expect, test } from 'vitest'
import { createAddressRule, isNowhere } from '../../../shared/network/address.ts'

describe('an address', () => {
  const rule = createAddressRule([], [])
  test.each([
    ['127.0.0.1', 'a loopback address'],
    ['127.255.0.3', 'a loopback address'],
    ['::1', 'a loopback address'],
    ['::ffff:127.0.0.1', 'a loopback address'],
    ['64:ff9b::7f00:1', 'a loopback address'],
    ['0.0.0.0', 'an unspecified address'],
    ['::', 'an unspecified address'],
    ['169.254.169.254', 'a link-local address'],
    ['::ffff:a9fe:a9fe', 'a link-local address'],
    ['64:ff9b::169.254.169.254', 'a link-local address'],
    ['fe80::1%eth0', 'a link-local address'],
    ['fd00:ec2::254', "a cloud's metadata address"],
    ['fd20:ce::254', "a cloud's metadata address"],
    ['fd00:c1::a9fe:a9fe', "a cloud's metadata address"],
    ['fd00:100::100:200', "a cloud's metadata address"],
    ['fd00:a9fe:a9fe::1', "a cloud's metadata address"],
    ['fd00:42::42', "a cloud's metadata address"],
    ['::ffff:0:127.0.0.1', 'an address that hides another one'],
    ['100.100.100.200', "a cloud's metadata address"],
    ['168.63.129.16', "a cloud's metadata address"],
    ['224.0.0.1', 'a multicast or reserved address'],
    ['255.255.255.255', 'a multicast or reserved address'],
    ['ff02::1', 'a multicast or reserved address'],
    ['2002:7f00:1::', 'an address that hides another one'],
    ['::127.0.0.1', 'an address that hides another one'],
  ])('%s is %s', (address, what) => {
    expect(rule(address)).toBe(what)
  })

  test.each([
    '8.8.8.8',
    '10.0.0.1',
    '192.168.7.7',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
    '2606:4700::1111',
    'fd12::1',
  ])('%s may be reached', address => {
    expect(rule(address)).toBeUndefined()
  })
})

test('an operator allows and blocks addresses and networks; what is allowed goes first', () => {
  const rule = createAddressRule(['127.0.0.1', '10.1.0.0/16'], ['10.0.0.0/8', 'fd00::/8'])
  expect(rule('127.0.0.1')).toBeUndefined()
  expect(rule('127.0.0.2')).toBe('a loopback address')
  expect(rule('10.1.2.3')).toBeUndefined()
  expect(rule('10.2.2.3')).toBe('an address that the operator blocks')
  expect(rule('fd00::7')).toBe('an address that the operator blocks')
})

test.each(['localhost', '10.0.0.0/33', '10.0.0.0/x', '', '10.0.0.0/'])('"%s" is no network', text => {
  expect(() => createAddressRule([text], [])).toThrow(`"${text}" is neither an IP address nor a network`)
})

test.each([
  ['169.254.169.254', true],
  ['[fe80::1]', true],
  ['0.0.0.0', true],
  ['127.0.0.1', false],
  ['storage.example.com', false],
])('a redirect to %s leads nowhere: %s', (host, expected) => {
  expect(isNowhere(host)).toBe(expected)
})

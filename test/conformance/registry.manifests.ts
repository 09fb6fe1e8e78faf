// The protocol for manifests, tags and referrers (spec.md#pushing-manifests, #listing-tags, #listing-referrers).

import type { Row } from './registry.row.ts'
import { B, error, M, MANIFEST, NONE, OCI, put, R, REFERRER, take } from './registry.row.ts'

export const MANIFEST_ROWS: readonly Row[] = [
  // Manifests.
  {
    call: 'PUT /v2/empty/manifests/v1',
    ...put,
    body: MANIFEST,
    status: 400,
    text: error('MANIFEST_BLOB_UNKNOWN'),
    needs: 'checks',
  },
  {
    call: 'PUT /v2/a/b/manifests/v1',
    ...put,
    body: '{',
    status: 400,
    text: error('MANIFEST_INVALID'),
    needs: 'checks',
  },
  { call: 'PUT /v2/a/b/manifests/-v1', ...put, body: MANIFEST, status: 404, needs: 'checks' },
  {
    call: `PUT /v2/a/b/manifests/${NONE}`,
    ...put,
    body: MANIFEST,
    status: 400,
    text: error('DIGEST_INVALID'),
    needs: 'checks',
  },
  {
    call: 'PUT /v2/a/b/manifests/huge',
    ...put,
    body: `{"a":"${'x'.repeat(4 * 1024 * 1024)}"}`,
    status: [413, 400],
    needs: 'checks',
  },
  {
    call: 'PUT /v2/a/b/manifests/v1',
    ...put,
    body: MANIFEST,
    status: 201,
    answered: { 'docker-content-digest': M, 'oci-subject': null },
  },
  { call: `PUT /v2/a/b/manifests/${M}`, ...put, body: MANIFEST, status: 201 },
  {
    call: 'HEAD /v2/a/b/manifests/v1',
    ...take,
    status: 200,
    answered: { 'docker-content-digest': M, 'content-type': OCI, 'content-length': String(MANIFEST.length) },
    text: '',
  },
  { call: `GET /v2/a/b/manifests/${M}`, ...take, status: 200, text: MANIFEST },
  {
    call: `GET /v2/a/b/manifests/${M}`,
    headers: { accept: 'application/json' },
    status: 404,
    text: error('MANIFEST_UNKNOWN'),
    needs: 'checks',
  },
  { call: 'GET /v2/a/b/manifests/v2', ...take, status: 404, text: error('MANIFEST_UNKNOWN') },
  { call: 'POST /v2/a/b/manifests/v1', status: [405, 400] },
  // Tags, in pages.
  { call: 'PUT /v2/a/b/manifests/v3', ...put, body: MANIFEST, status: 201 },
  { call: 'PUT /v2/a/b/manifests/v2', ...put, body: MANIFEST, status: 201 },
  {
    call: 'GET /v2/a/b/tags/list',
    status: 200,
    answered: { link: null },
    text: /^{"name":"[^"]*a\/b","tags":\["v1","v2","v3"\]}\s*$/,
  },
  {
    call: 'GET /v2/a/b/tags/list?n=2',
    status: 200,
    answered: { link: /\/a\/b\/tags\/list\?(?:n=2&last=v2|last=v2&n=2)>; rel="next"$/ },
    text: /\["v1","v2"\]/,
    needs: 'pages',
  },
  {
    call: 'GET /v2/a/b/tags/list?n=2&last=v2',
    status: 200,
    answered: { link: null },
    text: /\["v3"\]/,
    needs: 'pages',
  },
  { call: 'GET /v2/a/b/tags/list?n=0', status: 200, text: /"tags":\[\]/, needs: 'pages' },
  // Referrers.
  { call: `PUT /v2/a/b/manifests/${R}`, ...put, body: REFERRER, status: 201 },
  {
    call: `PUT /v2/a/b/manifests/${R}`,
    ...put,
    body: REFERRER,
    status: 201,
    answered: { 'oci-subject': M },
    needs: 'subjects',
  },
  {
    call: `GET /v2/a/b/referrers/${M}`,
    status: 200,
    answered: { 'content-type': 'application/vnd.oci.image.index.v1+json', 'oci-filters-applied': null },
    text: new RegExp(`"digest":"${R}"`),
    needs: 'referrers',
  },
  {
    call: `GET /v2/a/b/referrers/${M}?artifactType=x/y`,
    status: 200,
    answered: { 'oci-filters-applied': 'artifactType' },
    text: /"manifests":\[\]/,
    needs: 'subjects',
  },
  {
    call: 'GET /v2/a/b/referrers/v1',
    status: 400,
    text: error('DIGEST_INVALID', 'UNSUPPORTED'),
    needs: 'referrers',
  },
  // Deleting.
  { call: 'DELETE /v2/a/b/manifests/v3', status: [202, 400] },
  { call: 'GET /v2/a/b/manifests/v3', ...take, status: [404, 200] },
  { call: `DELETE /v2/a/b/manifests/${M}`, status: 202 },
  { call: `GET /v2/a/b/manifests/${M}`, ...take, status: 404 },
  { call: 'GET /v2/a/b/manifests/v1', ...take, status: [404, 200] },
  { call: `DELETE /v2/a/b/manifests/${M}`, status: 404 },
  { call: `DELETE /v2/a/b/blobs/${B}`, status: 202 },
  { call: `HEAD /v2/a/b/blobs/${B}`, status: 404 },
]

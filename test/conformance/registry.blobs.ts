// The protocol for blobs (spec.md#pulling-blobs, #pushing-blobs).

import type { Row } from './registry.row.ts'
import { B, BLOB, bytes, error, M, NONE } from './registry.row.ts'

export const BLOB_ROWS: readonly Row[] = [
  { call: 'GET /v2/', status: 200 },
  { call: 'GET /v3/', status: 404 },
  { call: `GET /v2/Upper/blobs/${B}`, status: 404 },
  { call: `GET /v2/a/b/blobs/${B}`, status: 404, text: error('BLOB_UNKNOWN') },
  { call: 'GET /v2/a/b/manifests/v1', status: 404, text: error('NAME_UNKNOWN', 'MANIFEST_UNKNOWN') },
  { call: `GET /v2/a/b/referrers/${M}`, status: [200, 404], needs: 'referrers' },
  // POST then PUT.
  { call: 'POST /v2/a/b/blobs/uploads/', status: 202, answered: { range: '0-0' } },
  { call: `PUT <upload>&digest=${NONE}`, body: BLOB, status: 400, text: error('DIGEST_INVALID') },
  { call: 'POST /v2/a/b/blobs/uploads/', status: 202 },
  { call: `PUT <upload>&digest=${B}`, body: BLOB, status: 201 },
  { call: `PUT <upload>&digest=${B}`, body: BLOB, status: 404, needs: 'checks' },
  { call: 'POST /v2/a/b/blobs/uploads/', status: 202, needs: 'checks' },
  {
    call: `PUT <upload>&digest=${B}`,
    body: BLOB,
    status: 201,
    answered: { location: new RegExp(`/a/b/blobs/${B}$`) },
    needs: 'checks',
  },
  {
    call: `HEAD /v2/a/b/blobs/${B}`,
    status: 200,
    answered: { 'content-length': '12', 'docker-content-digest': B },
    text: '',
  },
  { call: `GET /v2/a/b/blobs/${B}`, status: 200, text: BLOB },
  { call: `GET /v2/a/b/blobs/${NONE}`, status: 404, text: error('BLOB_UNKNOWN') },
  { call: 'GET /v2/a/b/blobs/md5:abc', status: 400, text: error('DIGEST_INVALID', 'NAME_INVALID') },
  { call: `PUT /v2/a/b/blobs/${B}`, status: [405, 400] },
  // In one request.
  {
    call: `POST /v2/one/blobs/uploads/?digest=${B}`,
    body: BLOB,
    headers: bytes,
    status: [201, 202],
  },
  { call: `POST /v2/one/blobs/uploads/?digest=${NONE}`, body: BLOB, headers: bytes, status: [400, 202] },
  // In chunks.
  { call: 'POST /v2/chunked/blobs/uploads/', status: 202 },
  {
    call: 'PATCH <upload>',
    body: BLOB.slice(0, 5),
    headers: { ...bytes, 'content-range': '0-4' },
    status: 202,
    answered: { range: '0-4' },
  },
  {
    call: 'PATCH <upload>',
    body: BLOB.slice(5),
    headers: { ...bytes, 'content-range': '9-12' },
    status: 416,
    text: error('BLOB_UPLOAD_INVALID', 'BLOB_UPLOAD_UNKNOWN'),
    needs: 'ranges',
  },
  { call: 'GET <upload>', status: 204, answered: { range: '0-4' }, needs: 'uploads' },
  {
    call: 'PATCH <upload>',
    body: BLOB.slice(5, 8),
    headers: { ...bytes, 'content-range': '5-7' },
    status: 202,
    answered: { range: '0-7' },
  },
  { call: `PUT <upload>&digest=${B}`, body: BLOB.slice(8), status: 201 },
  { call: `GET /v2/chunked/blobs/${B}`, status: 200, text: BLOB },
  { call: 'POST /v2/chunked/blobs/uploads/', status: 202 },
  { call: 'DELETE <upload>', status: 204, needs: 'uploads' },
  { call: 'GET <upload>', status: 404, text: error('BLOB_UPLOAD_UNKNOWN'), needs: 'uploads' },
  // Mounted from another repository.
  {
    call: `POST /v2/mounted/blobs/uploads/?mount=${B}&from=a/b`,
    status: [201, 202],
  },
  { call: `GET /v2/mounted/blobs/${B}`, status: [200, 404] },
  { call: `POST /v2/mounted/blobs/uploads/?mount=${NONE}&from=a/b`, status: 202 },
]

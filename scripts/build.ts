// Bundles the deployment to one file; CommonJS, because faas-js-runtime assigns an undeclared variable, which an ES module refuses.

import { build } from 'esbuild'

const result = await build({
  entryPoints: ['functions/main.ts'],
  outfile: 'dist/main.cjs',
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  // Without this, `strict` in tsconfig.json puts "use strict" over the whole bundle, faas-js-runtime included.
  tsconfigRaw: {},
  logLevel: 'warning',
  metafile: true,
})
for (const [file, { bytes }] of Object.entries(result.metafile.outputs))
  console.log(`${file}  ${(bytes / 1024 / 1024).toFixed(1)} MB`)

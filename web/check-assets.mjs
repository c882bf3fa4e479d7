// Fails when the committed stylesheet is not what styles/ and govuk-frontend build today.
import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { built, target } from './build-assets.mjs'

const [want, have] = [await built(), await readFile(target, 'utf8')]
if (want !== have) {
  console.error('crates/ansinh/src/web/assets/ansinh.css is out of date: run `npm run build` in web/')
  process.exit(1)
}
console.log(`stylesheet up to date, ${have.length} bytes, ${gzipSync(have, { level: 9 }).length} gzipped`)

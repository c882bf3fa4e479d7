// Each public page on paper: A4, with the authority and the day at its head, page numbers, nothing cut off.
import { after, test } from 'node:test'
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { stop, visit } from './browser.mjs'

after(stop)

// Width of the printed part of an A4 page in CSS pixels: 210 mm less margins of 20 and 15 mm.
const WIDTH = Math.round((210 - 35) / 25.4 * 96)
const PAGES = {
  'trang-chu': '/', 'chinh-sach': '/chinh-sach', 'chinh-sach-ncc': '/chinh-sach/ncc', 'cong-khai': '/cong-khai',
  'cong-khai-xa': '/cong-khai/18172', 'tra-cuu': '/tra-cuu', 'tien-do': '/tien-do', 'ban-do': '/ban-do',
  'tin-tuc': '/tin-tuc', 'kiem-chung': '/kiem-chung', 'hoi-dap': '/hoi-dap', 'noi-chua-co-song': '/noi-chua-co-song',
  'xac-minh': '/xac-minh', 'du-lieu-mo': '/du-lieu-mo', nhung: '/nhung', en: '/en', tim: '/tim?q=ngheo'
}

test('every public page prints whole, with head and page numbers', async () => {
  const page = await visit({ script: false })
  await page.emulateMedia({ media: 'print' })
  await page.setViewportSize({ width: WIDTH, height: 1000 })
  for (const [name, path] of Object.entries(PAGES)) {
    await page.goto(path)
    const head = page.locator('.dau-in')
    assert.ok(await head.isVisible(), `${name} has a head`)
    assert.match(await head.textContent(), /UBND tỉnh .*\d+\/\d+\/\d{4}/, name)
    assert.equal(await page.locator('nav.dieu').isVisible(), false, `${name} prints no menu`)
    const wide = await page.locator('main').evaluate(main => [...main.querySelectorAll('*')]
      .filter(part => part.getBoundingClientRect().right > innerWidth + 2 && !part.matches('.govuk-button-group'))
      .map(part => `${part.tagName}.${part.className}`).slice(0, 3)).catch(() => [])
    assert.deepEqual(wide, [], `${name} is cut off at the right`)
    const paper = await page.pdf({ preferCSSPageSize: true })
    await writeFile(new URL(`../test-results/giay-${name}.pdf`, import.meta.url), paper)
    assert.ok(paper.toString('latin1').match(/\/Type\s*\/Page[^s]/g).length >= 1, name)
  }
})

// The small script and the rules of the look, on a page of their own: what it adds for hands on a
// keyboard, and that nothing is lost without it.
import test, { after } from 'node:test'
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { noSidewaysScroll, stop, visit } from './browser.mjs'

after(stop)

const asset = name => readFile(new URL(`../../crates/ansinh/src/web/assets/${name}`, import.meta.url), 'utf8')
const [script, style] = await Promise.all([asset('ansinh.js'), asset('ansinh.css')])

const row = n => `<tr><td><label class="cham-o"><input class="o" type="checkbox" name="chon" value="${n}" data-dong="750000"><span class="an">Đã chi cho người ${n}</span></label></td><th scope="row">Người ${n}</th><td><input class="govuk-input" name="thay_${n}" aria-label="Người nhận thay ${n}"></td></tr>`
const form = `<form method="post" action="/da-gui"><button type="submit" disabled hidden></button>
<table class="bang day dinh"><thead><tr><th scope="col"><label class="cham-o"><input class="o" type="checkbox" data-all hidden><span class="an">Đánh dấu cả trang</span></label></th><th scope="col">Họ và tên</th><th scope="col">Người nhận thay</th></tr></thead><tbody>${[1, 2, 3].map(row).join('')}</tbody></table>
<div class="day-duoi"><div class="trong"><p class="chu">Ghi các khoản đã đánh dấu.</p><p class="chu" data-live hidden>Sắp ghi <b data-count>0</b> khoản, tổng <b data-sum>0</b> đồng</p><button class="govuk-button">Ghi</button></div></div></form>`

async function open ({ scripted = true, body = form } = {}) {
  const page = await visit({ script: scripted })
  const html = `<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Thử</title><meta name="viewport" content="width=device-width, initial-scale=1"><style>${style}</style></head><body class="govuk-template__body cb"><main class="govuk-width-container">${body}</main>${scripted ? `<script>${script}</script>` : ''}</body></html>`
  await page.route('**/thu', route => route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }))
  await page.route('**/da-gui', route => route.fulfill({ contentType: 'text/html', body: 'gửi' }))
  await page.goto('http://an-sinh.invalid/thu')
  return page
}

test('rows are ticked by keyboard, with a live count and sum', async () => {
  const page = await open()
  await page.getByLabel('Đã chi cho người 1').focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  assert.equal(await page.locator('.day-duoi').getByText('Sắp ghi').textContent(), 'Sắp ghi 2 khoản, tổng 1.500.000 đồng')
  assert.equal(await page.getByText('Ghi các khoản đã đánh dấu.').isVisible(), false)
  assert.equal(await page.locator('tr.chon').count(), 2)
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Space')
  assert.equal(await page.locator('[data-sum]').textContent(), '750.000')
})

test('one tick marks the whole page and takes it back', async () => {
  const page = await open()
  await page.getByLabel('Đánh dấu cả trang').check()
  assert.equal(await page.locator('[data-sum]').textContent(), '2.250.000')
  await page.getByLabel('Đã chi cho người 2').uncheck()
  assert.equal(await page.getByLabel('Đánh dấu cả trang').isChecked(), false)
  await page.getByLabel('Đánh dấu cả trang').check()
  await page.getByLabel('Đánh dấu cả trang').uncheck()
  assert.equal(await page.locator('tr.chon').count(), 0)
  assert.ok(await page.getByText('Ghi các khoản đã đánh dấu.').isVisible())
})

for (const scripted of [true, false]) {
  test(`Enter in a text field sends no payment, ${scripted ? 'with' : 'without'} script`, async () => {
    const page = await open({ scripted })
    await page.getByLabel('Người nhận thay 1').fill('Trần Thị Hường')
    await page.keyboard.press('Enter')
    await page.waitForTimeout(300)
    assert.match(page.url(), /thu$/)
    await page.getByRole('button', { name: 'Ghi' }).click()
    await page.waitForURL('**/da-gui')
  })
}

test('without script the words of the bar stay and nothing dead is shown', async () => {
  const page = await open({ scripted: false })
  assert.ok(await page.getByText('Ghi các khoản đã đánh dấu.').isVisible())
  assert.equal(await page.locator('[data-live]').isVisible(), false)
  assert.equal(await page.locator('[data-all]').isVisible(), false)
})

test('running work is shown anew until it is done', async () => {
  const told = n => `<section data-refresh="0.2"><p>Đọc được ${n} dòng</p></section>`
  const page = await open({ body: told(1) })
  let now = told(3)
  await page.unroute('**/thu')
  await page.route('**/thu', route => route.fulfill({
    contentType: 'text/html; charset=utf-8', body: `<!DOCTYPE html><meta charset="utf-8"><body>${now}`
  }))
  await page.getByText('Đọc được 3 dòng').waitFor()
  now = '<p>Đã đọc xong</p>'
  await page.getByText('Đã đọc xong').waitFor()
})

test('the focus is seen on everything that can be pressed', async () => {
  const page = await open({ body: `<a class="govuk-link" href="#x">Liên kết</a><button class="govuk-button">Nút</button><button class="nut-chu">Thoát</button>${form}` })
  const seen = await page.locator('a, button:visible, input:visible').evaluateAll(all => all.map(el => {
    el.focus({ focusVisible: true })
    const now = getComputedStyle(el)
    const shown = now.outlineStyle !== 'none' || now.boxShadow !== 'none'
    return [el.outerHTML.slice(0, 60), shown]
  }))
  assert.deepEqual(seen.filter(([, shown]) => !shown), [])
})

test('the sign-in page fits from 320 px up, and its targets are 44 px high on a phone', async () => {
  const page = await visit()
  for (const width of [320, 360, 390, 641, 768, 1024, 1366]) {
    await page.setViewportSize({ width, height: 800 })
    await page.goto('/dang-nhap')
    await noSidewaysScroll(page, `sign-in at ${width}`)
    if (width > 640) continue
    const low = await page.locator('a:visible, button:visible, input:visible').evaluateAll(all => all
      .filter(el => !el.matches('.govuk-skip-link, [type=hidden]'))
      .map(el => [el.textContent.trim() || el.name, el.getBoundingClientRect().height])
      .filter(([, height]) => height < 43.5))
    assert.deepEqual(low, [])
  }
})

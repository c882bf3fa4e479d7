// A clerk pays a hamlet from one sheet with the keyboard alone; without script it is a plain form.
import { after, test } from 'node:test'
import assert from 'node:assert/strict'
import { look, signIn, stop, visit } from './browser.mjs'

after(stop)

async function sheet (page) {
  await signIn(page, 'x18145')
  await page.goto('/chi-tra/phieu')
  await look(page, 'phieu-thon')
  // The hamlet with the most to pay: sums stand in the second column.
  const rows = page.locator('tbody tr')
  const counts = (await rows.locator('td').allTextContents()).map(Number)
  await rows.nth(counts.indexOf(Math.max(...counts))).locator('a').focus()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/chi-tra/phieu?thon=**')
}

test('a hamlet is ticked, looked over and recorded by keyboard', async () => {
  const page = await visit()
  await sheet(page)
  await look(page, 'phieu')
  const boxes = page.locator('input[name=chi]')
  const rows = await boxes.count()
  assert.ok(rows >= 3, `${rows} rows`)
  await boxes.first().focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  assert.equal(await page.locator('[data-count]').textContent(), '2')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('k')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Escape')
  assert.equal(await page.evaluate(() => document.activeElement.name), 'chi')
  await look(page, 'phieu-da-danh-dau')
  await page.getByRole('button', { name: 'Xem lại trước khi ghi' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Sắp ghi 2 khoản đã chi, 1 khoản không chi được' }).waitFor()
  await look(page, 'phieu-xem-lai')
  await page.getByRole('button', { name: 'Ghi phiếu này' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Đã ghi 2 khoản đã chi, 1 khoản không chi được' }).waitFor()
  await look(page, 'phieu-da-ghi')
  await page.context().close()
})

test('the sheet is a plain form without script', async () => {
  const page = await visit({ script: false })
  await sheet(page)
  await page.locator('input[name=chi]').first().check()
  await page.getByRole('button', { name: 'Xem lại trước khi ghi' }).click()
  await page.getByRole('button', { name: 'Ghi phiếu này' }).click()
  await page.getByRole('heading', { name: 'Đã ghi 1 khoản đã chi, 0 khoản không chi được' }).waitFor()
  await page.context().close()
})

test('recovery and budgets have their pages', async () => {
  const page = await visit()
  await signIn(page, 'h439')
  for (const [address, name] of [['/thu-hoi', 'thu-hoi'], ['/bao-cao/nguon-kinh-phi', 'nguon']]) {
    await page.goto(address)
    await look(page, name)
  }
  await page.context().close()
})

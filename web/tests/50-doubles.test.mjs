// The desk of duplicates, on the doubles that the demo holds: one pair looked at, papers asked for,
// the letter, many pairs on one page, statistics, a decision taken back.
import test, { after } from 'node:test'
import assert from 'node:assert/strict'
import { look, signIn, stop, visit } from './browser.mjs'

after(stop)

test('a district asks for papers and prints the letter, without script', async () => {
  const page = await visit({ script: false })
  await signIn(page, 'h439')
  await page.goto('/canh-bao?loc=don-vi-quyet')
  await look(page, 'canh-bao-huyen')
  await page.locator('tbody th a').first().click()
  const at = page.url()
  await look(page, 'canh-bao-cap')
  await page.getByRole('button', { name: 'Ghi kết luận' }).click()
  await page.goto(at)
  await page.getByLabel('Chưa đủ căn cứ, cần giấy tờ').check()
  await page.getByRole('button', { name: 'Ghi kết luận' }).click()
  assert.match(await page.getByRole('status').textContent(), /chờ giấy tờ đến/)
  await page.goto(at)
  await look(page, 'canh-bao-cho-giay-to')
  await page.getByRole('link', { name: 'In giấy đề nghị gửi' }).first().click()
  await look(page, 'giay-moi')
  await page.goto('/canh-bao/thong-ke')
  await look(page, 'canh-bao-thong-ke')
  await page.context().close()
})

test('a district decides by keyboard on one page and takes one decision back', async () => {
  const page = await visit()
  await signIn(page, 'h439')
  await page.goto('/canh-bao')
  await page.getByRole('link', { name: 'Kết luận lần lượt' }).click()
  await look(page, 'canh-bao-loat')
  // Arrow keys walk through the choices: later, A, B, two people.
  await page.getByLabel('Để sau').first().focus()
  for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowDown')
  assert.ok(await page.getByLabel('Hai người').first().isChecked())
  await page.getByRole('button', { name: 'Ghi các kết luận đã chọn' }).click()
  assert.match(await page.content(), /Ghi căn cứ/)
  await look(page, 'canh-bao-loat-loi')
  await page.getByLabel('Căn cứ chung').fill('đã xem sổ hộ khẩu ngày 18/6')
  await page.getByRole('button', { name: 'Ghi các kết luận đã chọn' }).click()
  assert.match(await page.getByRole('status').textContent(), /Đã ghi kết luận của 1 cặp/)
  await page.goto('/canh-bao?loc=da-xu-ly')
  await page.locator('tbody th a').first().click()
  await page.getByLabel('Lý do hoàn tác').fill('nhầm cặp')
  await page.getByRole('button', { name: 'Hoàn tác kết luận' }).click()
  assert.match(await page.getByRole('status').textContent(), /Đã hoàn tác/)
  await look(page, 'canh-bao-hoan-tac')
  await page.context().close()
})

test('the comparison of programmes stands for the province', async () => {
  const page = await visit({ script: false })
  await signIn(page, 'tinh42')
  await page.goto('/danh-sach/doi-chieu')
  await look(page, 'doi-chieu')
  await page.context().close()
})

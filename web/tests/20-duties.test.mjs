// The day of a commune and the chase of a district, on the demo's own data.
import test, { after } from 'node:test'
import assert from 'node:assert/strict'
import { look, signIn, stop, visit } from './browser.mjs'

after(stop)

test('a commune reports its day, with and without script', async () => {
  for (const [user, script] of [['x18172', true], ['x18175', false]]) {
    const page = await visit({ script })
    await signIn(page, user)
    await look(page, `viec-${user}`)
    await page.goto('/viec/bao-cao')
    await look(page, `bao-cao-ngay-${user}`)
    await page.goto('/don-doc')
    assert.match(await page.title(), /báo cáo chi trả hằng ngày/)
    await look(page, `lich-su-${user}`)
    await page.context().close()
  }
})

test('a district chases: remind, open a book again, excuse, whom to call', async () => {
  const page = await visit()
  await signIn(page, 'h439')
  await page.getByRole('navigation', { name: 'Chính' }).getByRole('link', { name: 'Đôn đốc' }).click()
  await look(page, 'don-doc-huyen')
  const tick = page.locator('input[name=chon]').first()
  await tick.check()
  await page.getByLabel('Lời nhắn kèm theo').fill('gửi trước 17 giờ')
  await page.getByRole('button', { name: 'Nhắc các xã đã đánh dấu' }).click()
  assert.match(await page.getByRole('status').textContent(), /Đã nhắc 1 xã/)
  await page.locator('tbody th a').first().click()
  await look(page, 'don-doc-xa')
  await page.getByRole('button', { name: 'Mở lại sổ' }).click()
  await look(page, 'don-doc-xa-loi')
  await page.getByLabel('Sổ của ngày').fill('18/6/2020')
  await page.getByLabel('Lý do').last().fill('xã mất điện')
  await page.getByLabel('Mở đến giờ').fill('23 giờ')
  await page.getByRole('button', { name: 'Mở lại sổ' }).click()
  assert.match(await page.getByRole('status').textContent(), /Đã mở lại sổ ngày 18\/6\/2020/)
  await look(page, 'don-doc-xa-mo')
  await page.goto('/viec')
  await look(page, 'viec-huyen')
  await page.context().close()
})

test('the province sees districts, the silent, and opened books', async () => {
  const page = await visit({ script: false })
  await signIn(page, 'tinh42')
  await page.goto('/don-doc')
  assert.match(await page.content(), /mở lại đến 23 giờ/)
  await look(page, 'don-doc-tinh')
  await page.context().close()
})

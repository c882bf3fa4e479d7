// The public map: without boundaries a schematic, without script a picture with its table, with script
// words under the pointer and a larger picture.
import test, { after } from 'node:test'
import assert from 'node:assert/strict'
import { look, stop, visit } from './browser.mjs'

after(stop)

const islands = ['Quần đảo Hoàng Sa (Đà Nẵng)', 'Quần đảo Trường Sa (Khánh Hòa)']

// Both names are seen: they lie within the picture as the browser laid it out.
async function bothSeen (page) {
  const frame = await page.locator('svg.ban-do').boundingBox()
  for (const [at, id] of ['hoang-sa', 'truong-sa'].entries()) {
    for (const part of [`#tien-do-${id}`, `#tien-do-${id}-ten`]) {
      const box = await page.locator(part).boundingBox()
      assert.ok(box.width > 0 && box.x >= frame.x && box.x + box.width <= frame.x + frame.width + 1, `${part} is cut off`)
      assert.ok(box.y >= frame.y && box.y + box.height <= frame.y + frame.height + 1, `${part} is cut off`)
    }
    assert.equal(await page.locator(`#tien-do-${id}-ten`).textContent(), islands[at])
  }
}

test('a villager goes from the province to her commune, without script', async () => {
  const page = await visit({ size: 'phone', script: false })
  await page.goto('/')
  await page.getByRole('link', { name: 'Xem trên bản đồ' }).click()
  await bothSeen(page)
  await look(page, 'ban-do')
  await page.getByRole('link', { name: 'Huyện Hương Sơn' }).click()
  await bothSeen(page)
  await look(page, 'ban-do-huyen')
  await page.getByRole('link', { name: 'Số tiền đã chi' }).click()
  assert.match(await page.getByRole('heading', { level: 1 }).textContent(), /Huyện Hương Sơn đã chi .* đồng/)
  await page.getByRole('link', { name: 'Xã Sơn Tây' }).click()
  assert.match(page.url(), /\/cong-khai\/18172$/)
  await page.context().close()
})

test('all communes stand in one picture and one table', async () => {
  const page = await visit({ script: false })
  await page.goto('/ban-do')
  await page.getByRole('link', { name: /Cả tỉnh theo 216 xã/ }).click()
  assert.equal(await page.locator('svg.ban-do [data-u]').count(), 216)
  assert.equal(await page.locator('tbody tr').count(), 216)
  await bothSeen(page)
  await look(page, 'ban-do-xa')
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Tải bảng này' }).click()])
  assert.equal(file.suggestedFilename(), 'ban-do-tien-do.csv')
  await page.context().close()
})

test('with script the picture tells, leads on and grows', async () => {
  const page = await visit()
  await page.goto('/ban-do')
  const unit = page.locator('svg.ban-do [data-u="439"]')
  await unit.hover()
  assert.match(await page.locator('[data-said]').textContent(), /^Huyện Hương Sơn: đã chi /)
  const before = (await page.locator('svg.ban-do').boundingBox()).width
  await page.getByRole('button', { name: 'Phóng to bản đồ' }).click()
  assert.ok((await page.locator('svg.ban-do').boundingBox()).width > 2 * before)
  await look(page, 'ban-do-lon')
  await page.getByRole('button', { name: 'Thu nhỏ bản đồ' }).click()
  await unit.click()
  await page.waitForURL('**/ban-do?*huyen=439*')
  await page.context().close()
})

// Open data, parts for other portals, the sheet for the wall, the English page.
import { after, test } from 'node:test'
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { base, look, stop, visit } from './browser.mjs'

after(stop)

test('a journalist finds a table, takes it, and learns its columns', async () => {
  const page = await visit({ script: false })
  await page.goto('/')
  await page.getByRole('contentinfo').getByRole('link', { name: 'Dữ liệu mở' }).click()
  await page.getByRole('heading', { level: 1, name: /bảng số liệu mở/ }).waitFor()
  await page.getByText('Các cột').first().click()
  await look(page, 'du-lieu-mo')
  const answer = await page.request.get('/api/v1/tien-do-theo-xa.json')
  const rows = (await answer.json()).du_lieu
  assert.ok(rows.length > 10 && rows.every(row => row.dong_da_chi <= row.dong_duoc_duyet))
})

test('the look-up works from another site that frames it', async () => {
  const page = await visit()
  await page.goto('/nhung')
  await page.frameLocator('iframe').first().getByRole('heading', { name: 'Tra cứu khoản hỗ trợ của tôi' }).waitFor()
  await look(page, 'nhung')
  // Another port is another origin, so that a frame there proves the headers.
  const other = createServer((_, answer) => answer.setHeader('content-type', 'text/html; charset=utf-8').end(
    `<!DOCTYPE html><title>Cổng khác</title><iframe src="${base}/nhung/tra-cuu" title="Ô tra cứu" width="100%" height="380"></iframe>`))
  await new Promise(resolve => other.listen(0, '127.0.0.1', resolve))
  await page.goto(`http://127.0.0.1:${other.address().port}/`)
  const frame = page.frameLocator('iframe')
  await frame.getByLabel('Số căn cước công dân hoặc CMND').fill('042000000000')
  await frame.getByLabel('Ngày sinh').fill('1/1/1950')
  await frame.getByRole('button', { name: 'Tra cứu' }).click()
  await page.getByRole('heading', { level: 1, name: /Chưa tìm thấy/ }).waitFor()
  other.close()
  assert.ok(page.url().startsWith(base), 'the result opens here, not there')
  for (const path of ['/nhung/tra-cuu', '/nhung/tien-do', '/nhung/tien-do/18172', '/nhung/chinh-sach/ncc']) {
    await page.goto(path)
    await look(page, 'khung' + path.replaceAll('/', '-'))
  }
})

test('the sheet for the wall is one A4 page, and the English page says who we are', async () => {
  const page = await visit({ script: false })
  await page.goto('/cong-khai/18172/to-dan')
  await look(page, 'to-dan')
  const paper = await page.pdf({ preferCSSPageSize: true, format: 'A4' })
  const pages = paper.toString('latin1').match(/\/Type\s*\/Page[^s]/g).length
  assert.equal(pages, 1)
  await page.goto('/en')
  await look(page, 'en')
})

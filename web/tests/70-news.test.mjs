// News and corrections: the board is appointed, an article with a picture and a rebuttal are written,
// reviewed, published and read, at a desk and on a phone, with and without script.
import { after, test } from 'node:test'
import assert from 'node:assert/strict'
import { deflateSync } from 'node:zlib'
import { look, signIn, stop, visit } from './browser.mjs'

after(stop)

// A PNG of one colour, larger than what is kept.
function png (width, height) {
  const crcTable = Array.from({ length: 256 }, (_, n) => {
    for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1
    return n >>> 0
  })
  const crc = bytes => ~bytes.reduce((c, b) => crcTable[(c ^ b) & 255] ^ (c >>> 8), -1) >>> 0
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name), data])
    const out = Buffer.alloc(body.length + 8)
    out.writeUInt32BE(data.length, 0); body.copy(out, 4); out.writeUInt32BE(crc(body), body.length + 4)
    return out
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0); head.writeUInt32BE(height, 4); head.set([8, 2], 8)
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, 0x6a)])
  const rows = Buffer.concat(Array.from({ length: height }, () => row))
  const mark = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([mark, chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))])
}

const stamp = Date.now().toString(36)
const title = `Chi trả hỗ trợ đợt ${stamp}`
const rumour = `Không dừng hỗ trợ đợt ${stamp}`

async function appoint (page, account, role) {
  await page.goto('/bien-tap/ban')
  await page.getByLabel('Tên đăng nhập').fill(account)
  await page.getByRole('radio', { name: role, exact: true }).check()
  await page.getByLabel('Từ ngày', { exact: true }).fill('1/1/2020')
  await page.getByLabel('Đến hết ngày').fill('31/12/2030')
  await page.getByLabel('Số quyết định', { exact: true }).fill('15/QĐ-UBND')
  await page.getByLabel('Ngày quyết định').fill('30/12/2019')
  await page.getByRole('button', { name: 'Ghi vào Ban Biên tập' }).click()
}

test('the province appoints the board, and an error keeps what was typed', async () => {
  const page = await visit()
  await signIn(page, 'tinh42')
  await page.getByRole('navigation', { name: 'Chính' }).getByRole('link', { name: 'Biên tập' }).click()
  await look(page, 'bien-tap-trong')
  await page.getByRole('link', { name: 'Lập Ban Biên tập' }).click()
  await appoint(page, 'khong.co', 'Trưởng ban')
  assert.equal(await page.getByLabel('Số quyết định', { exact: true }).inputValue(), '15/QĐ-UBND')
  await look(page, 'ban-loi')
  // The story runs once on each engine, and may run again on the same demo.
  for (const [account, role] of [['h439', 'Trưởng ban'], ['x18196', 'Biên tập viên']]) {
    await appoint(page, account, role)
    await page.getByText(/Đã ghi |đã ở trong Ban Biên tập/).first().waitFor()
  }
  await page.goto('/bien-tap/ban')
  await look(page, 'ban')
})

test('an article with a picture is written, published and read', async () => {
  const writer = await visit()
  await signIn(writer, 'x18196')
  await writer.goto('/bien-tap/moi')
  await look(writer, 'bai-moi')
  await writer.getByRole('radio', { name: 'Thông báo' }).check()
  await writer.getByLabel('Tiêu đề').fill(title)
  await writer.getByRole('button', { name: 'Bắt đầu viết' }).click()
  await writer.getByRole('button', { name: 'Lưu và trình duyệt' }).click()
  await writer.getByRole('alert').waitFor()
  await look(writer, 'bai-thieu')
  await writer.getByLabel('Tóm tắt').fill('Xã Sơn Kim 1 chi trả tại nhà văn hóa thôn, sáng thứ Hai.')
  await writer.getByLabel('Nội dung').fill('## Ai nhận\n\nHộ nghèo, **hộ cận nghèo**.\n\n- Mang theo giấy tờ\n- Không mất phí\n\n[Xem danh sách](/cong-khai)')
  await writer.getByRole('button', { name: 'Lưu bản đang soạn' }).click()
  await writer.getByLabel('Ảnh chụp gì, hoặc tên gọi của tệp').fill('Người dân nhận tiền ở nhà văn hóa')
  await writer.getByLabel('Chọn ảnh hoặc tệp').setInputFiles({ name: 'anh.png', mimeType: 'image/png', buffer: png(1200, 600) })
  await writer.getByRole('button', { name: 'Thêm vào bài' }).click()
  await writer.getByText('ảnh 800 × 400').waitFor()
  await look(writer, 'bai-soan')
  await writer.getByRole('link', { name: 'Xem trước như người đọc' }).click()
  await look(writer, 'bai-xem-truoc')
  await writer.goBack()
  await writer.getByRole('button', { name: 'Lưu và trình duyệt' }).click()
  await writer.waitForURL('**/bien-tap')
  const head = await visit()
  await signIn(head, 'h439')
  await head.goto('/bien-tap')
  await look(head, 'bien-tap-cho-duyet')
  await head.getByRole('link', { name: title }).click()
  await look(head, 'bai-duyet')
  await head.getByRole('button', { name: 'Duyệt và đăng' }).click()
  await head.getByRole('link', { name: 'Trang đang đăng' }).click()
  for (const script of [true, false]) {
    const reader = await visit({ size: 'phone', script })
    await reader.goto(`/tin-tuc?tim=${encodeURIComponent(`ho tro dot ${stamp}`)}`)
    await look(reader, `tin-tuc${script ? '' : '-khong-script'}`)
    await reader.getByRole('link', { name: title }).click()
    await look(reader, `tin${script ? '' : '-khong-script'}`)
    const width = await reader.getByRole('img', { name: 'Người dân nhận tiền' }).evaluate(img => img.naturalWidth)
    assert.equal(width, 800, 'the picture arrives')
  }
})

test('a rebuttal is on the first page, and its ClaimReview is neither run nor blocked', async () => {
  const writer = await visit()
  await signIn(writer, 'x18196')
  await writer.goto('/bien-tap/moi')
  await writer.getByRole('radio', { name: 'Đính chính, kiểm chứng' }).check()
  await writer.getByLabel('Tiêu đề').fill(rumour)
  await writer.getByRole('button', { name: 'Bắt đầu viết' }).click()
  await writer.getByLabel('Tóm tắt').fill('Tiền hỗ trợ vẫn chi đủ cho mọi người được duyệt.')
  await writer.getByLabel('Điều đang lan truyền').fill('Từ tháng sau tỉnh ngừng chi </script><script>document.title="x"</script>')
  await writer.getByLabel('Kết luận').selectOption('Tin giả')
  await writer.getByLabel('Lĩnh vực').selectOption('Chính sách, pháp luật')
  await writer.getByLabel('Thấy ở đâu').fill('Một nhóm kín trên mạng xã hội')
  await writer.getByLabel('Ngày thấy lần đầu').fill('1/6/2020')
  await writer.getByLabel('Nội dung').fill('Nghị quyết 42 còn hiệu lực. Các xã đang chi trả.')
  await writer.getByLabel('Căn cứ: số văn bản').fill('Nghị quyết 42/NQ-CP')
  await writer.getByLabel('Cơ quan thẩm định').fill('Sở Y tế')
  await writer.getByLabel('Tên đăng nhập của người thẩm định').fill('tinh42')
  await look(writer, 'kiem-chung-soan')
  await writer.getByRole('button', { name: 'Lưu và trình duyệt' }).click()
  await writer.waitForURL('**/bien-tap')
  const agency = await visit()
  await signIn(agency, 'tinh42')
  await agency.goto('/bien-tap')
  await agency.getByRole('link', { name: rumour }).click()
  await look(agency, 'tham-dinh')
  await agency.getByRole('button', { name: 'Xác nhận nội dung đúng' }).click()
  const head = await visit()
  await signIn(head, 'h439')
  await head.goto('/bien-tap')
  await head.getByRole('link', { name: rumour }).click()
  await head.getByRole('button', { name: 'Duyệt và đăng' }).click()
  await head.getByRole('link', { name: 'Trang đang đăng' }).waitFor()
  const reader = await visit({ size: 'phone' })
  const complaints = []
  reader.on('console', message => { if (message.type() === 'error') complaints.push(message.text()) })
  await reader.goto('/kiem-chung')
  await look(reader, 'kiem-chung')
  await reader.getByRole('link', { name: rumour }).click()
  await look(reader, 'kiem-chung-bai')
  const review = JSON.parse(await reader.locator('script[type="application/ld+json"]').textContent())
  assert.equal(review['@type'], 'ClaimReview')
  assert.equal(review.reviewRating.alternateName, 'Tin giả')
  assert.match(review.claimReviewed, /<\/script>/)
  assert.match(await reader.title(), /Không dừng hỗ trợ/)
  assert.deepEqual(complaints, [], 'the policy of the page blocks nothing of it')
  // The first page is counted at most once a minute.
  await assert.doesNotReject(async () => {
    for (let tries = 0; tries < 70; tries++) {
      await reader.goto('/')
      if (await reader.getByRole('link', { name: rumour }).count() > 0) return
      await new Promise(resolve => setTimeout(resolve, 1000))
    }
    throw new Error('the rebuttal did not come to the first page within 70 s')
  })
  await look(reader, 'trang-chu-kiem-chung')
  const bare = await visit({ size: 'phone', script: false })
  await bare.goto('/kiem-chung')
  await look(bare, 'kiem-chung-khong-script')
})

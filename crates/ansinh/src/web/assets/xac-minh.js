// Proves in the browser that a payment's line is in the public log. What is typed stays here: only
// public files are fetched. Formats: crates/disclosure/README.md.
(() => {
  const form = document.getElementById('kiem-phieu')
  if (!form) return
  const out = document.getElementById('ket-qua')
  const utf8 = text => new TextEncoder().encode(text)
  const join = parts => {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
    let at = 0
    for (const part of parts) { all.set(part, at); at += part.length }
    return all
  }
  const sha = async (...parts) => new Uint8Array(await crypto.subtle.digest('SHA-256', join(parts)))
  const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
  const same = (a, b) => hex(a) === hex(b)
  const base64 = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0))
  const u64 = number => { const bytes = new DataView(new ArrayBuffer(8)); bytes.setBigUint64(0, BigInt(number)); return new Uint8Array(bytes.buffer) }
  class Wrong extends Error {}

  // The text of the QR code: log, number, salt, entitlement, check.
  async function readSlip (text) {
    if (!text.startsWith('AS1.')) throw new Wrong('Mã trên phiếu bắt đầu bằng AS1. Hãy quét lại mã vuông.')
    let data
    try { data = base64(text.slice(4).replace(/-/g, '+').replace(/_/g, '/')) } catch { throw new Wrong('Mã có ký tự lạ hoặc bị thiếu. Hãy quét lại mã vuông.') }
    const body = data.slice(0, -4)
    if (body.length < 33 || !same((await sha(body)).slice(0, 4), data.slice(-4))) throw new Wrong('Mã bị gõ hoặc quét sai ít nhất một ký tự. Hãy quét lại mã vuông.')
    const number = new DataView(body.buffer).getBigUint64(8)
    const rest = body.slice(32)
    let entitlement = ''
    if (rest[0] === 1) entitlement = hex(rest.slice(1)).replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5')
    if (rest[0] === 2) entitlement = new TextDecoder().decode(rest.slice(1))
    return { log: body.slice(0, 8), number: number === 0xffffffffffffffffn ? null : Number(number), salt: body.slice(16, 32), entitlement }
  }

  function commitment (slip, name, identity) {
    const payee = name.normalize('NFC').trim().split(/\s+/).join(' ').toUpperCase()
    const digits = identity.replace(/[^0-9A-Za-z]/g, '').replace(/^0+/, '')
    const fields = [payee, digits, slip.entitlement].flatMap(text => [u64(utf8(text).length), utf8(text)])
    return sha(utf8('ansinh/disclosure/commitment/v1\n'), slip.salt, Uint8Array.of(3), ...fields)
  }

  async function get (path) {
    const answer = await fetch('/so-chi/' + path)
    if (!answer.ok) throw new Wrong('Không tải được tệp ' + path + ' của sổ (mã ' + answer.status + '). Thử lại sau ít phút.')
    return new Uint8Array(await answer.arrayBuffer())
  }

  // The head: its name, size and root, and whether the log's key signed it; null = this browser cannot say.
  async function readHead (key) {
    const note = new TextDecoder().decode(await get('checkpoint'))
    const end = note.indexOf('\n\n') + 1
    const text = note.slice(0, end)
    const [origin, size, root] = text.split('\n')
    const cut = key.indexOf('+')
    const parts = [key.slice(0, cut), key.slice(cut + 1, cut + 9), key.slice(cut + 10)]
    const line = note.slice(end + 1).split('\n').find(one => one.startsWith('— ' + parts[0] + ' '))
    const signature = line ? base64(line.split(' ')[2]) : new Uint8Array()
    if (hex(signature.slice(0, 4)) !== parts[1]) throw new Wrong('Đầu sổ không có chữ ký của khóa in trên trang này.')
    let signed = null
    try {
      const known = await crypto.subtle.importKey('raw', base64(parts[2]).slice(1), { name: 'Ed25519' }, false, ['verify'])
      signed = await crypto.subtle.verify({ name: 'Ed25519' }, known, signature.slice(4), utf8(text))
    } catch { signed = null }
    if (signed === false) throw new Wrong('Chữ ký của đầu sổ SAI. Xin báo cho báo chí hoặc Mặt trận Tổ quốc.')
    return { origin, size: Number(size), root: base64(root), signed }
  }

  const tiles = new Map()
  const place = index => {
    let text = String(index % 1000).padStart(3, '0')
    for (index = Math.floor(index / 1000); index > 0; index = Math.floor(index / 1000)) text = 'x' + String(index % 1000).padStart(3, '0') + '/' + text
    return text
  }
  function tile (level, index, size) {
    const count = level === 'entries' ? size : Math.floor(size / 256 ** level)
    const width = Math.min(256, count - index * 256)
    const path = 'tile/' + level + '/' + place(index) + (width < 256 ? '.p/' + width : '')
    if (!tiles.has(path)) tiles.set(path, get(path))
    return tiles.get(path)
  }
  const node = (left, right) => sha(Uint8Array.of(1), left, right)
  async function perfect (hashes) {
    while (hashes.length > 1) {
      const next = []
      for (let at = 0; at < hashes.length; at += 2) next.push(await node(hashes[at], hashes[at + 1]))
      hashes = next
    }
    return hashes[0]
  }
  async function subtree (height, index, size) {
    const level = Math.floor(height / 8)
    const many = 2 ** (height % 8)
    const first = index * many
    const bytes = await tile(level, Math.floor(first / 256), size)
    const from = first % 256
    return perfect(Array.from({ length: many }, (_, at) => bytes.slice(32 * (from + at), 32 * (from + at + 1))))
  }
  const half = count => { let k = 1; while (2 * k < count) k *= 2; return k }
  async function root (from, to, size) {
    const count = to - from
    const height = Math.log2(count)
    if (Number.isInteger(height)) return subtree(height, from / count, size)
    const k = half(count)
    return node(await root(from, from + k, size), await root(from + k, to, size))
  }
  // RFC 9162 §2.1.3: the leaf's hash with its neighbours up to the root.
  async function climb (leaf, hash, from, to, size) {
    if (to - from === 1) return hash
    const k = half(to - from)
    if (leaf < from + k) return node(await climb(leaf, hash, from, from + k, size), await root(from + k, to, size))
    return node(await root(from, from + k, size), await climb(leaf, hash, from + k, to, size))
  }

  async function entry (number, size) {
    const bytes = await tile('entries', Math.floor(number / 256), size)
    const view = new DataView(bytes.buffer)
    let at = 0
    for (let skip = number % 256; skip > 0; skip--) at += 2 + view.getUint16(at)
    return bytes.slice(at + 2, at + 2 + view.getUint16(at))
  }

  async function numberOf (wanted) {
    const answer = await fetch('/so-chi/tim/' + hex(wanted))
    if (!answer.ok) throw new Wrong('Trong sổ không có khoản nào ứng với phiếu, họ tên và số giấy tờ vừa gõ. Phiếu in trước giờ khóa sổ thì có trong sổ sau giờ đó. Đã qua giờ khóa sổ, xin gõ họ tên và số giấy tờ đúng như trên phiếu; vẫn không thấy thì hỏi UBND xã.')
    return Number(await answer.text())
  }

  const KINDS = { paid: 'Đã chi', reversed: 'Đảo bút toán chi', returned: 'Người nhận trả lại', restored: 'Đảo bút toán trả lại' }
  async function check (text, name, identity) {
    const slip = await readSlip(text)
    const head = await readHead(form.dataset.khoa)
    if (!same((await sha(utf8(head.origin))).slice(0, 8), slip.log)) throw new Wrong('Phiếu này thuộc sổ chi của nơi khác.')
    const wanted = await commitment(slip, name, identity)
    const number = slip.number ?? await numberOf(wanted)
    if (number >= head.size) throw new Wrong('Khoản này chưa vào sổ: sổ công bố sau giờ khóa sổ trong ngày. Thử lại sau.')
    const line = await entry(number, head.size)
    const leaf = await sha(Uint8Array.of(0), line)
    if (!same(await climb(number, leaf, 0, head.size, head.size), head.root)) throw new Wrong('Dòng số ' + number + ' KHÔNG khớp với gốc đã ký. Xin báo cho báo chí hoặc Mặt trận Tổ quốc.')
    const said = new TextDecoder().decode(line).split('|')
    if (said[8] !== hex(wanted)) throw new Wrong('Dòng số ' + number + ' có trong sổ nhưng không phải của họ tên và số giấy tờ vừa gõ. Gõ đúng như trên phiếu; vẫn vậy thì hỏi UBND xã.')
    return { number, head, said }
  }

  function show (title, lines, bad) {
    out.replaceChildren()
    const box = document.createElement('div')
    box.className = bad ? 'govuk-error-summary' : 'hop xanh'
    const h = document.createElement('h2')
    h.className = 'govuk-heading-m'
    h.textContent = title
    box.append(h)
    for (const text of lines) {
      const p = document.createElement('p')
      p.className = 'govuk-body'
      p.textContent = text
      box.append(p)
    }
    out.append(box)
    out.focus()
  }

  document.getElementById('khong-tinh').hidden = true
  form.hidden = false
  form.addEventListener('submit', async event => {
    event.preventDefault()
    if (!window.crypto || !crypto.subtle) return show('Trình duyệt này không tính được', ['Mở trang bằng địa chỉ https, hoặc dùng điện thoại, máy tính mới hơn.'], true)
    const value = name => form.elements[name].value.trim()
    try {
      const { number, head, said } = await check(value('phieu'), value('ho_ten'), value('so_giay_to'))
      const day = said[1].split('-').reverse().map(Number).join('/')
      const dong = Number(said[6]).toLocaleString('vi-VN')
      show('Khoản này có trong sổ công khai', [
        KINDS[said[7]] + ' ' + dong + ' đồng, ngày ' + day + ', xã mã ' + said[2] + ', chương trình ' + said[4] + ', nhóm ' + said[5] + '.',
        'Dòng số ' + number.toLocaleString('vi-VN') + ' trong ' + head.size.toLocaleString('vi-VN') + ' dòng; khớp với gốc ' + hex(head.root).replace(/(.{8})(?=.)/g, '$1 ') + '.',
        head.signed ? 'Chữ ký của sổ đúng.' : 'Trình duyệt này không kiểm được chữ ký; ông/bà so gốc trên với báo cáo ngày đã in.'
      ])
    } catch (error) {
      show(error instanceof Wrong ? error.message : 'Chưa kiểm được', error instanceof Wrong ? [] : ['Mất mạng, hoặc sổ đang được cập nhật. Thử lại sau ít phút.'], true)
    }
  })
})()

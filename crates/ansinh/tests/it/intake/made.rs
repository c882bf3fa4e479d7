//! Files made for the refusals: zip packages by hand, one of them a bomb.

/// An entry of a package: name, method (0 stored, 8 deflated), packed bytes, unpacked size, CRC-32.
struct Entry {
    name: &'static str,
    method: u16,
    packed: Vec<u8>,
    size: u32,
    crc: u32,
}

fn stored(name: &'static str, content: &[u8]) -> Entry {
    let size = u32::try_from(content.len()).unwrap();
    Entry { name, method: 0, packed: content.to_vec(), size, crc: crc32(content) }
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 }
        })
    })
}

/// APPNOTE.TXT 6.3: local headers with their content, the directory, its end.
fn package(entries: &[Entry]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let offset = u32::try_from(out.len()).unwrap();
        let packed = u32::try_from(entry.packed.len()).unwrap();
        let name = u16::try_from(entry.name.len()).unwrap();
        let mut fields = Vec::new();
        for part in [20u16, 0, entry.method, 0, 0x21] {
            fields.extend(part.to_le_bytes());
        }
        for part in [entry.crc, packed, entry.size] {
            fields.extend(part.to_le_bytes());
        }
        fields.extend(name.to_le_bytes());
        fields.extend(0u16.to_le_bytes());
        out.extend(b"PK\x03\x04");
        out.extend(&fields);
        out.extend(entry.name.as_bytes());
        out.extend(&entry.packed);
        directory.extend(b"PK\x01\x02");
        directory.extend(20u16.to_le_bytes());
        directory.extend(&fields);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(entry.name.as_bytes());
    }
    let (start, size) =
        (u32::try_from(out.len()).unwrap(), u32::try_from(directory.len()).unwrap());
    let count = u16::try_from(entries.len()).unwrap();
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

fn workbook_parts() -> Vec<Entry> {
    vec![
        stored(
            "[Content_Types].xml",
            br#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#,
        ),
        stored(
            "_rels/.rels",
            br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        stored(
            "xl/workbook.xml",
            br#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>"#,
        ),
        stored(
            "xl/_rels/workbook.xml.rels",
            br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
    ]
}

/// A workbook that carries a macro.
pub fn with_macro() -> Vec<u8> {
    let mut parts = workbook_parts();
    parts.push(stored("xl/vbaProject.bin", b"\xD0\xCF\x11\xE0macro"));
    parts.push(stored("xl/worksheets/sheet1.xml", b"<worksheet><sheetData/></worksheet>"));
    package(&parts)
}

/// A small file whose sheet unpacks to 400 MB of spaces.
pub fn zip_bomb() -> Vec<u8> {
    const MATCHES: u32 = 400 * 1024 * 1024 / 258;
    let head = b"<worksheet><sheetData> ";
    let mut bits = Bits::default();
    // One final block with the fixed codes of RFC 1951 §3.2.6.
    bits.put(1, 1);
    bits.put(1, 2);
    for byte in head {
        bits.code(0x30 + u32::from(*byte), 8);
    }
    for _ in 0..MATCHES {
        bits.code(0b1100_0101, 8);
        bits.code(0, 5);
    }
    bits.code(0, 7);
    let size = u32::try_from(head.len()).unwrap() + MATCHES * 258;
    let mut parts = workbook_parts();
    parts.push(Entry {
        name: "xl/worksheets/sheet1.xml",
        method: 8,
        packed: bits.finish(),
        size,
        crc: 0,
    });
    package(&parts)
}

#[derive(Default)]
struct Bits {
    out: Vec<u8>,
    held: u64,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, bits: u32) {
        self.held |= u64::from(value) << self.count;
        self.count += bits;
        while self.count >= 8 {
            self.out.push((self.held & 0xFF) as u8);
            self.held >>= 8;
            self.count -= 8;
        }
    }

    /// Huffman codes begin with their highest bit.
    fn code(&mut self, code: u32, bits: u32) {
        self.put(code.reverse_bits() >> (32 - bits), bits);
    }

    fn finish(mut self) -> Vec<u8> {
        self.out.push((self.held & 0xFF) as u8);
        self.out
    }
}

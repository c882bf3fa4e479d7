//! Uploaded photographs made small and harmless.
//!
//! A PNG, JPEG or WebP is decoded under limits, turned upright, shrunk to the width of a telephone
//! and written anew as JPEG. What comes out holds pixels and nothing else: no place where it was
//! taken, no camera, no owner, nothing that follows the picture's end. Everything else is refused by
//! name, SVG first: it is a document that may carry script.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage};

/// Widest picture that is kept: two thirds of an article's column at two points a pixel.
pub const WIDTH_MAX: u32 = 800;
/// Highest picture that is kept.
pub const HEIGHT_MAX: u32 = 1_600;
/// Largest upload.
pub const BYTES_MAX: usize = 12 * 1024 * 1024;
/// Largest side of an upload.
const SIDE_MAX: u32 = 10_000;
/// Most points of an upload: today's telephones take 12 to 50 million, written by default as 12.
const POINTS_MAX: u64 = 30_000_000;
/// Memory that decoding may take.
const DECODE_BYTES_MAX: u64 = 160 * 1024 * 1024;
/// Quality of the JPEG: no loss is seen on photographs at this size.
const QUALITY: u8 = 78;

/// A picture that can be shown to anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// JPEG without metadata.
    pub jpeg: Vec<u8>,
    /// Points across.
    pub width: u32,
    /// Points down.
    pub height: u32,
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing was sent.
    #[error("empty file")]
    Empty,
    /// More than [`BYTES_MAX`].
    #[error("file of too many bytes")]
    TooManyBytes,
    /// A drawing made of text, which may carry script.
    #[error("SVG is a document, not a photograph")]
    Svg,
    /// Neither PNG, JPEG nor WebP.
    #[error("unknown kind of picture")]
    UnknownKind,
    /// Too many points: decoding it would take the server's memory.
    #[error("too many points")]
    TooManyPoints,
    /// Broken or cut off.
    #[error("the picture cannot be read")]
    Broken,
}

/// Makes an upload small and harmless.
///
/// # Errors
/// See [`Refusal`].
pub fn shrink(bytes: &[u8]) -> Result<Picture, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::Empty);
    }
    if bytes.len() > BYTES_MAX {
        return Err(Refusal::TooManyBytes);
    }
    let format = kind(bytes)?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(DECODE_BYTES_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refusal)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > POINTS_MAX {
        return Err(Refusal::TooManyPoints);
    }
    // A telephone writes the picture as the sensor lay, and beside it how it was held.
    let turned = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    if picture.width() > WIDTH_MAX.max(HEIGHT_MAX) || picture.height() > WIDTH_MAX.max(HEIGHT_MAX) {
        // Near enough first: averaging whole blocks is many times faster than filtering them.
        picture = picture.thumbnail(2 * WIDTH_MAX.max(HEIGHT_MAX), 2 * HEIGHT_MAX);
    }
    picture.apply_orientation(turned);
    if picture.width() > WIDTH_MAX || picture.height() > HEIGHT_MAX {
        picture = picture.resize(WIDTH_MAX, HEIGHT_MAX, image::imageops::FilterType::Triangle);
    }
    write(&on_white(&picture))
}

/// What the first bytes say; names and announced types say nothing.
fn kind(bytes: &[u8]) -> Result<ImageFormat, Refusal> {
    match image::guess_format(bytes) {
        Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) => Ok(format),
        _ => {
            let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).to_lowercase();
            let drawn = head.contains("<svg") || head.trim_start().starts_with("<?xml");
            Err(if drawn { Refusal::Svg } else { Refusal::UnknownKind })
        }
    }
}

fn refusal(error: image::ImageError) -> Refusal {
    match error {
        image::ImageError::Limits(_) => Refusal::TooManyPoints,
        image::ImageError::Unsupported(_) => Refusal::UnknownKind,
        _ => Refusal::Broken,
    }
}

/// JPEG knows no transparency: what shines through is paper.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let source = picture.to_rgba8();
    RgbImage::from_fn(source.width(), source.height(), |x, y| {
        let [red, green, blue, alpha] = source.get_pixel(x, y).0;
        let over = |part: u8| {
            let mixed = u16::from(part) * u16::from(alpha) + 255 * (255 - u16::from(alpha));
            u8::try_from(mixed / 255).unwrap_or(u8::MAX)
        };
        image::Rgb([over(red), over(green), over(blue)])
    })
}

fn write(picture: &RgbImage) -> Result<Picture, Refusal> {
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
        .encode_image(picture)
        .map_err(|_| Refusal::Broken)?;
    Ok(Picture { jpeg, width: picture.width(), height: picture.height() })
}

#[cfg(test)]
mod tests {
    use image::{ImageEncoder, Rgba, RgbaImage};

    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let made = RgbaImage::from_fn(width, height, |x, _| Rgba([u8::from(x > 5) * 200, 9, 9, 0]));
        let mut bytes = Vec::new();
        DynamicImage::from(made).write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
        bytes
    }

    #[test]
    fn a_wide_picture_becomes_a_telephones_width_and_a_small_one_stays() {
        let wide = shrink(&png(2_000, 1_000)).unwrap();
        assert_eq!((wide.width, wide.height), (800, 400));
        let small = shrink(&png(60, 40)).unwrap();
        assert_eq!((small.width, small.height), (60, 40));
        assert!(wide.jpeg.starts_with(&[0xff, 0xd8]) && wide.jpeg.len() < 40_000);
    }

    #[test]
    fn what_shines_through_is_white() {
        let seen = image::load_from_memory(&shrink(&png(40, 40)).unwrap().jpeg).unwrap().to_rgb8();
        assert!(seen.get_pixel(20, 20).0.iter().all(|part| *part > 250));
    }

    /// A JPEG with an EXIF block: turned by a quarter (tag 0x0112 = 6) and a place in it.
    fn photograph() -> Vec<u8> {
        let made = RgbImage::from_pixel(90, 30, image::Rgb([10, 120, 30]));
        let mut bytes = Vec::new();
        let mut exif =
            b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
        exif.extend_from_slice(b"GPSLatitude 18.3428 Ha Tinh");
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
        encoder.set_exif_metadata(exif).unwrap();
        encoder.write_image(&made, 90, 30, image::ExtendedColorType::Rgb8).unwrap();
        bytes
    }

    #[test]
    fn a_photograph_is_turned_upright_and_loses_where_it_was_taken() {
        let before = photograph();
        let place = |bytes: &[u8]| bytes.windows(11).any(|part| part == b"GPSLatitude");
        assert!(place(&before), "the test's photograph carries a place");
        let after = shrink(&before).unwrap();
        assert!(!place(&after.jpeg) && !after.jpeg.windows(4).any(|part| part == b"Exif"));
        assert_eq!((after.width, after.height), (30, 90));
    }

    #[test]
    fn what_follows_the_pictures_end_is_not_kept() {
        let mut bytes = png(20, 20);
        bytes.extend_from_slice(b"<script>alert(1)</script>");
        let after = shrink(&bytes).unwrap();
        assert!(!after.jpeg.windows(7).any(|part| part == b"<script"));
    }

    #[test]
    fn other_files_are_refused_by_what_they_are() {
        let svg = br#"<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>"#;
        assert_eq!(shrink(svg), Err(Refusal::Svg));
        assert_eq!(shrink(b"  <SVG onload=x()>"), Err(Refusal::Svg));
        assert_eq!(shrink(b"GIF89a\x01\0\x01\0\0\0\0"), Err(Refusal::UnknownKind));
        assert_eq!(shrink(b"MZ\x90\0"), Err(Refusal::UnknownKind));
        assert_eq!(shrink(b""), Err(Refusal::Empty));
        assert_eq!(shrink(&vec![0; BYTES_MAX + 1]), Err(Refusal::TooManyBytes));
        let whole = png(200, 200);
        assert_eq!(shrink(&whole[..whole.len() / 2]), Err(Refusal::Broken));
    }

    /// 40,000 × 40,000 points announced in a file of a few hundred bytes.
    #[test]
    fn a_bomb_is_refused_before_it_is_unpacked() {
        let mut bomb = png(8, 8);
        bomb[16..20].copy_from_slice(&40_000u32.to_be_bytes());
        bomb[20..24].copy_from_slice(&40_000u32.to_be_bytes());
        assert!(matches!(shrink(&bomb), Err(Refusal::TooManyPoints | Refusal::Broken)));
    }

    #[test]
    fn any_cut_or_changed_byte_is_an_answer_and_no_panic() {
        let whole = photograph();
        for at in 0..whole.len().min(700) {
            let mut broken = whole.clone();
            broken[at] ^= 0x5a;
            let _ = shrink(&broken);
            let _ = shrink(&whole[..at]);
        }
    }
}

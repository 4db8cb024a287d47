//! A portrait of 45 x 64 pixels as a PNG data URL of 11.7 KB, the size that photographs come to once a
//! browser has shrunk them. The pixels are noise: a photograph does not compress either, so they are stored.

use crate::rng::Rng;

const WIDTH: usize = 45;
const HEIGHT: usize = 64;
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(crate) fn data_url(mut rng: Rng) -> String {
    format!("data:image/png;base64,{}", base64(&png(&mut rng)))
}

fn png(rng: &mut Rng) -> Vec<u8> {
    let mut header = Vec::new();
    header.extend((WIDTH as u32).to_be_bytes());
    header.extend((HEIGHT as u32).to_be_bytes());
    header.extend([8, 2, 0, 0, 0]); // 8 bits of red, green and blue
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut file, b"IHDR", &header);
    chunk(&mut file, b"IDAT", &zlib_stored(&pixels(rng)));
    chunk(&mut file, b"IEND", &[]);
    file
}

/// Each row is a filter byte, none, and its pixels.
fn pixels(rng: &mut Rng) -> Vec<u8> {
    let row = 1 + WIDTH * 3;
    (0..row * HEIGHT).map(|at| if at % row == 0 { 0 } else { rng.next() as u8 }).collect()
}

fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], body: &[u8]) {
    file.extend((body.len() as u32).to_be_bytes());
    let start = file.len();
    file.extend(kind);
    file.extend(body);
    let sum = crc32(&file[start..]);
    file.extend(sum.to_be_bytes());
}

/// One stored deflate block; the pixels are fewer than its 65,535 bytes.
fn zlib_stored(raw: &[u8]) -> Vec<u8> {
    let length = raw.len() as u16;
    let mut out = vec![0x78, 0x01, 0x01];
    out.extend(length.to_le_bytes());
    out.extend((!length).to_le_bytes());
    out.extend(raw);
    out.extend(adler32(raw).to_be_bytes());
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), step))
}

fn adler32(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1, 0), |(a, b), &byte| {
        let a = (a + u32::from(byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    b << 16 | a
}

fn base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | u32::from(*group.get(at).unwrap_or(&0)));
        for at in 0..4 {
            let letter = ALPHABET[(bits >> (18 - 6 * at) & 63) as usize] as char;
            out.push(if at <= group.len() { letter } else { '=' });
        }
    }
    out
}

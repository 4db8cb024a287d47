//! Sets of profiles: one piece of a list holds those of one chunk, as sorted places or as a bitmap,
//! whichever is smaller, and so stays below the half page that LMDB keeps inline.

/// Profiles in a chunk.
pub(super) const CHUNK: u32 = 16_000;
/// Profiles in a block: the bits of a word.
pub(super) const BLOCK: usize = 64;
/// Blocks in a chunk.
pub(super) const BLOCKS: usize = CHUNK as usize / BLOCK;

const BITMAP: usize = BLOCKS * 8;
/// From so many on, places would take as much room as a bitmap.
const MANY: usize = BITMAP / 2;

/// The chunk of a profile and its place in it.
pub(super) fn place(number: u32) -> (u32, u16) {
    (number / CHUNK, (number % CHUNK) as u16)
}

/// The places of the bits that are set in a block.
pub(super) fn places_in(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = (bits != 0).then(|| bits.trailing_zeros() as usize);
        bits &= bits.wrapping_sub(1);
        place
    })
}

/// Those of one chunk, as they are stored.
#[derive(Clone, Copy)]
pub(super) enum Postings<'t> {
    Few(&'t [[u8; 2]]),
    Many(&'t [[u8; 8]]),
}

impl<'t> Postings<'t> {
    pub(super) fn of(bytes: &'t [u8]) -> Self {
        if bytes.len() == BITMAP {
            Self::Many(bytes.as_chunks().0)
        } else {
            Self::Few(bytes.as_chunks().0)
        }
    }

    pub(super) fn len(self) -> usize {
        match self {
            Self::Few(places) => places.len(),
            Self::Many(words) => {
                words.iter().map(|word| u64::from_ne_bytes(*word).count_ones() as usize).sum()
            }
        }
    }

    /// About how many they are, and not more.
    pub(super) fn size(self) -> usize {
        match self {
            Self::Few(places) => places.len(),
            Self::Many(_) => MANY,
        }
    }

    pub(super) fn contains(self, place: u16) -> bool {
        self.block(usize::from(place) / BLOCK) >> (usize::from(place) % BLOCK) & 1 == 1
    }

    /// The profiles of one block, a bit for each.
    pub(super) fn block(self, block: usize) -> u64 {
        match self {
            Self::Few(places) => {
                let first = (block * BLOCK) as u16;
                let start = places.partition_point(|place| u16::from_le_bytes(*place) < first);
                let places = places[start..].iter().map(|place| u16::from_le_bytes(*place) - first);
                let places = places.take_while(|place| usize::from(*place) < BLOCK);
                places.fold(0, |bits, place| bits | 1 << place)
            }
            Self::Many(words) => words.get(block).map_or(0, |word| u64::from_le_bytes(*word)),
        }
    }

    /// Calls `visit` with the bits of each block, at least of those that have some.
    pub(super) fn blocks(self, mut visit: impl FnMut(usize, u64)) {
        match self {
            Self::Few(places) => {
                for place in places.iter().map(|place| usize::from(u16::from_le_bytes(*place))) {
                    visit(place / BLOCK, 1 << (place % BLOCK));
                }
            }
            Self::Many(words) => {
                for (block, word) in words.iter().enumerate() {
                    visit(block, u64::from_le_bytes(*word));
                }
            }
        }
    }

    pub(super) fn places(self, mut visit: impl FnMut(u16)) {
        self.blocks(|block, bits| {
            places_in(bits).for_each(|place| visit((block * BLOCK + place) as u16));
        });
    }
}

/// The bytes to store after places were added to and removed from a piece; none if nothing is left.
pub(super) fn changed(old: Option<&[u8]>, added: &[u16], removed: &[u16]) -> Option<Vec<u8>> {
    let old = Postings::of(old.unwrap_or_default());
    if old.len() + added.len() < MANY {
        let mut places: Vec<u16> = Vec::with_capacity(old.len() + added.len());
        old.places(|place| places.push(place));
        places.retain(|place| !removed.contains(place));
        places.extend_from_slice(added);
        places.sort_unstable();
        places.dedup();
        let bytes: Vec<u8> = places.into_iter().flat_map(u16::to_le_bytes).collect();
        return (!bytes.is_empty()).then_some(bytes);
    }
    let mut words = [0; BLOCKS];
    old.blocks(|block, bits| words[block] |= bits);
    for place in removed {
        words[usize::from(*place) / BLOCK] &= !(1 << (usize::from(*place) % BLOCK));
    }
    for place in added {
        words[usize::from(*place) / BLOCK] |= 1 << (usize::from(*place) % BLOCK);
    }
    stored(&words)
}

/// The bytes to store of the profiles in these blocks; none if there are none.
pub(super) fn stored(words: &[u64; BLOCKS]) -> Option<Vec<u8>> {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let all = Postings::of(&bytes);
    match all.len() {
        0 => None,
        count if count >= MANY => Some(bytes),
        count => {
            let mut places = Vec::with_capacity(2 * count);
            all.places(|place| places.extend_from_slice(&place.to_le_bytes()));
            Some(places)
        }
    }
}

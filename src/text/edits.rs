//! Typing errors: how many letters must be inserted, deleted, replaced or swapped with their
//! neighbour to make one word of another. No letter is touched twice (optimal string alignment).

/// The typing errors allowed in a word of this length: Elasticsearch's fuzziness AUTO.
pub(crate) fn allowed(word: &str) -> u8 {
    match word.chars().take(6).count() {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    }
}

/// The edits between two words, unless there are more than `limit`.
pub(crate) fn distance(a: &str, b: &str, limit: u8) -> Option<u8> {
    let mut edits = Edits::new(a, limit);
    b.chars().all(|c| edits.push(c)).then(|| edits.distance()).flatten()
}

/// The edits between a typed word and another one, which is given letter by letter and can be taken
/// back letter by letter: the words of a dictionary share the work for their common beginnings.
pub(crate) struct Edits {
    word: Vec<char>,
    limit: u8,
    pushed: Vec<char>,
    /// A row for each number of letters pushed, from none: what it takes to make them of the
    /// beginnings of the word. Those whose length differs by more than `limit` take more than that
    /// and are left out, so a row has `2 * limit + 1` cells, and the middle one is of equal length.
    rows: Vec<u8>,
}

/// Which letters can be pushed so that there is still hope.
#[derive(Debug, PartialEq)]
pub(crate) enum Next {
    Any,
    /// Sorted, and each once.
    Only(Vec<char>),
}

impl Edits {
    pub(crate) fn new(word: &str, limit: u8) -> Edits {
        let word = word.chars().collect();
        let mut edits = Edits { word, limit, pushed: Vec::new(), rows: Vec::new() };
        edits.push_row();
        edits
    }

    /// Whether anything that begins with what is pushed now can be within the limit.
    pub(crate) fn push(&mut self, c: char) -> bool {
        self.pushed.push(c);
        self.push_row()
    }

    pub(crate) fn pop(&mut self) {
        self.truncate(self.depth().saturating_sub(1));
    }

    pub(crate) fn depth(&self) -> usize {
        self.pushed.len()
    }

    pub(crate) fn truncate(&mut self, depth: usize) {
        self.pushed.truncate(depth);
        self.rows.truncate((depth + 1) * self.width());
    }

    /// The edits between the word and what is pushed, if within the limit.
    pub(crate) fn distance(&self) -> Option<u8> {
        self.within_limit(self.cell(self.depth(), self.word.len()))
    }

    /// The same, but the last letter of the word must not be one that is simply deleted: somebody
    /// who is still typing did not type it for nothing.
    pub(crate) fn beginning(&self) -> Option<u8> {
        self.within_limit(self.without_deletion(self.depth(), self.word.len()))
    }

    pub(crate) fn next(&self) -> Next {
        let row = self.depth();
        let mut only = Vec::new();
        for column in self.columns().flatten() {
            let edits = self.cell(row, column);
            if edits < self.limit {
                return Next::Any;
            }
            let rest = self.word.get(column..).unwrap_or_default();
            if edits == self.limit {
                only.extend(rest.first());
            }
            // What was pushed last may be the first of two swapped letters.
            if let (Some(above), [other, last, ..]) = (row.checked_sub(1), rest)
                && self.pushed.last() == Some(last)
                && self.cell(above, column) < self.limit
            {
                only.push(*other);
            }
        }
        only.sort_unstable();
        only.dedup();
        Next::Only(only)
    }

    /// A swap needs no row of its own to stay in view: where one is half done, the row holds the
    /// replaced letter, which takes as many edits.
    fn push_row(&mut self) -> bool {
        let row = self.depth();
        let mut cell = self.too_many();
        let mut hope = false;
        for column in self.columns() {
            cell = match column {
                Some(column) => self.without_deletion(row, column).min(cell.saturating_add(1)),
                None => self.too_many(),
            };
            hope |= cell <= self.limit;
            self.rows.push(cell);
        }
        hope
    }

    /// The beginnings of the word that are in the row of what is pushed, by their lengths; none
    /// where a cell is of no beginning.
    fn columns(&self) -> impl Iterator<Item = Option<usize>> + use<> {
        let (row, length, limit) = (self.depth(), self.word.len(), usize::from(self.limit));
        (row..row + self.width())
            .map(move |cell| cell.checked_sub(limit).filter(|column| *column <= length))
    }

    fn cell(&self, row: usize, column: usize) -> u8 {
        let cell = (column + usize::from(self.limit)).checked_sub(row);
        let cell = cell.filter(|cell| *cell < self.width());
        cell.and_then(|cell| self.rows.get(row * self.width() + cell))
            .copied()
            .unwrap_or(self.too_many())
    }

    /// What the cell would be if the last step had to be to insert a letter, to replace or keep one,
    /// or to swap two.
    fn without_deletion(&self, row: usize, column: usize) -> u8 {
        let Some(above) = row.checked_sub(1) else {
            return if column == 0 { 0 } else { self.too_many() };
        };
        let inserted = self.cell(above, column).saturating_add(1);
        let Some(left) = column.checked_sub(1) else { return inserted };
        let (letter, pushed) = (self.word.get(left), self.pushed.get(above));
        let replaced = self.cell(above, left).saturating_add(u8::from(letter != pushed));
        let edits = inserted.min(replaced);
        match (above.checked_sub(1), left.checked_sub(1)) {
            (Some(row), Some(column))
                if letter == self.pushed.get(row) && self.word.get(column) == pushed =>
            {
                edits.min(self.cell(row, column).saturating_add(1))
            }
            _ => edits,
        }
    }

    fn within_limit(&self, edits: u8) -> Option<u8> {
        (edits <= self.limit).then_some(edits)
    }

    fn too_many(&self) -> u8 {
        self.limit.saturating_add(1)
    }

    fn width(&self) -> usize {
        2 * usize::from(self.limit) + 1
    }
}

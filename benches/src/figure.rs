//! One row of the results.

/// What the figure is held against: the bound that must hold and the stretch that would be nice.
#[derive(Clone, Copy)]
pub enum Goal {
    AtMost(f64, f64),
    AtLeast(f64, f64),
    /// Without a stretch
    Above(f64),
    None,
}

pub struct Figure {
    /// Number of the goal, or empty
    pub number: &'static str,
    pub what: String,
    pub ours: String,
    pub peer: String,
    pub value: f64,
    pub unit: &'static str,
    pub goal: Goal,
}

impl Figure {
    /// How far on the good side of the bound: 2 is twice as good as asked for, 0.5 half as good.
    pub fn margin(&self) -> Option<f64> {
        match self.goal {
            Goal::AtMost(bound, _) => Some(bound / self.value),
            Goal::AtLeast(bound, _) | Goal::Above(bound) => Some(self.value / bound),
            Goal::None => None,
        }
    }

    /// The margin that would just reach the stretch.
    pub fn stretch_margin(&self) -> Option<f64> {
        match self.goal {
            Goal::AtMost(bound, stretch) => Some(bound / stretch),
            Goal::AtLeast(bound, stretch) => Some(stretch / bound),
            Goal::Above(_) | Goal::None => None,
        }
    }

    pub fn verdict(&self) -> &'static str {
        match (self.margin(), self.stretch_margin()) {
            (Some(margin), Some(stretch)) if margin >= stretch => "**stretch**",
            (Some(margin), Some(_)) if margin >= 1.0 => "yes",
            (Some(margin), None) if margin > 1.0 => "yes",
            (Some(_), _) => "**no**",
            (None, _) => "",
        }
    }

    pub fn shown_value(&self) -> String {
        shown(self.value, self.unit)
    }

    /// Bound and stretch as the table shows them.
    pub fn shown_goal(&self) -> (String, String) {
        let with = |sign, number| format!("{sign} {}", shown(number, self.unit));
        match self.goal {
            Goal::AtMost(bound, stretch) => (with("\u{2264}", bound), with("\u{2264}", stretch)),
            Goal::AtLeast(bound, stretch) => (with("\u{2265}", bound), with("\u{2265}", stretch)),
            Goal::Above(bound) => (with(">", bound), String::new()),
            Goal::None => (String::new(), String::new()),
        }
    }
}

fn shown(value: f64, unit: &str) -> String {
    if value >= 100.0 { format!("{value:.0}{unit}") } else { format!("{value:.2}{unit}") }
}

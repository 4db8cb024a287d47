//! The results as a picture: how far each figure is on the good or the bad side of its goal.

use crate::figure::Figure;

const WIDTH: f64 = 1100.0;
const LEFT: f64 = 500.0;
const RIGHT: f64 = 180.0;
const TOP: f64 = 74.0;
const ROW: f64 = 30.0;
const BOTTOM: f64 = 40.0;
/// The axis spans 2^-REACH to 2^REACH; bars beyond end in its edge.
const REACH: f64 = 4.0;

const STYLE: &str = concat!(
    "text{font:13px system-ui,-apple-system,'Segoe UI',sans-serif;fill:#343741}",
    ".title{font-size:17px;font-weight:600}.small{font-size:11.5px;fill:#69707d}",
    ".grid{stroke:#e3e6ec}.goal{stroke:#343741;stroke-width:1.5}.stretch{stroke:#343741;stroke-width:2}",
    ".met{fill:#54b399}.missed{fill:#e7664c}.end{text-anchor:end}.middle{text-anchor:middle}"
);

pub fn svg<'a>(figures: impl Iterator<Item = &'a Figure>) -> String {
    let rows: Vec<&Figure> = figures.filter(|figure| figure.margin().is_some()).collect();
    let bottom = TOP + rows.len() as f64 * ROW;
    let height = bottom + BOTTOM;
    let mut out = format!(
        concat!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img">"#,
            "\n<title>How far each figure is from its goal</title>\n<style>{style}</style>\n",
            r##"<rect width="{w}" height="{h}" fill="#fff"/>"##,
            "\n<text class=\"title\" x=\"20\" y=\"30\">How far each figure is from its goal</text>\n",
            "<text class=\"small\" x=\"20\" y=\"50\">",
            "Right of the line the goal is met; the short stroke is the stretch goal. Logarithmic.</text>\n"
        ),
        w = WIDTH,
        h = height,
        style = STYLE
    );
    for power in (-(REACH as i32)..=REACH as i32).step_by(2) {
        let x = place(f64::from(power));
        let class = if power == 0 { "goal" } else { "grid" };
        out.push_str(&format!(
            "<line class=\"{class}\" x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{bottom}\"/>\n"
        ));
        out.push_str(&format!(
            "<text class=\"small middle\" x=\"{x:.1}\" y=\"{:.1}\">{}</text>\n",
            bottom + 20.0,
            tick(power)
        ));
    }
    for (at, figure) in rows.iter().enumerate() {
        out.push_str(&row(figure, TOP + at as f64 * ROW));
    }
    out.push_str("</svg>\n");
    out
}

fn tick(power: i32) -> String {
    match power {
        0 => "goal".to_owned(),
        1.. => format!("{}x better", 1 << power),
        _ => format!("{}x worse", 1 << -power),
    }
}

/// Where the power of two stands, within the axis.
fn place(power: f64) -> f64 {
    LEFT + (power.clamp(-REACH, REACH) + REACH) / (2.0 * REACH) * (WIDTH - LEFT - RIGHT)
}

fn row(figure: &Figure, top: f64) -> String {
    let margin = figure.margin().expect("only figures with a goal are drawn").log2();
    let stretch = figure.stretch_margin().unwrap_or(1.0).log2();
    let (end, zero) = (place(margin), place(0.0));
    let (x, width) = (end.min(zero), (end - zero).abs().max(1.0));
    let class = if margin >= 0.0 { "met" } else { "missed" };
    let middle = top + ROW / 2.0;
    let text = middle + 4.5;
    let mark = place(stretch);
    format!(
        concat!(
            "<text class=\"small\" x=\"20\" y=\"{text:.1}\">{number}</text>",
            "<text class=\"end\" x=\"{label:.1}\" y=\"{text:.1}\">{what}</text>",
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{bar:.1}\" width=\"{width:.1}\" height=\"16\" rx=\"2\"/>",
            "<line class=\"stretch\" x1=\"{mark:.1}\" y1=\"{m1:.1}\" x2=\"{mark:.1}\" y2=\"{m2:.1}\"/>",
            "<text x=\"{value_x:.1}\" y=\"{text:.1}\">{value}</text>\n"
        ),
        text = text,
        number = figure.number,
        label = LEFT - 12.0,
        what = escaped(&figure.what),
        class = class,
        x = x,
        bar = middle - 8.0,
        width = width,
        mark = mark,
        m1 = middle - 11.0,
        m2 = middle + 11.0,
        value_x = WIDTH - RIGHT + 14.0,
        value = escaped(&format!("{} ({})", figure.shown_value(), figure.shown_goal().0)),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

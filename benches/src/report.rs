//! The results as Markdown.

use crate::figure::Figure;

pub struct Run {
    pub command: String,
    pub machine: Vec<String>,
    pub rounds: usize,
    pub sections: Vec<Section>,
}

/// Figures of stores with as many people.
pub struct Section {
    pub people: usize,
    pub figures: Vec<Figure>,
}

pub fn markdown(run: &Run) -> String {
    let mut out = format!(
        concat!(
            "# Benchmarks\n\n",
            "Made by `{}`; do not edit. How the figures are taken: [README.md](README.md).\n\n",
            "![How far each figure is from its goal](results.svg)\n\n",
            "{}\n- medians of {} interleaved rounds\n"
        ),
        run.command,
        run.machine.join("\n"),
        run.rounds
    );
    run.sections.iter().for_each(|section| out.push_str(&table(section)));
    out
}

fn table(section: &Section) -> String {
    let mut out = format!(
        concat!(
            "\n## {} profiles\n\n",
            "| goal | figure | ours | peer | value | bound | stretch | met |\n",
            "|---|---|---|---|---|---|---|---|\n"
        ),
        section.people
    );
    for figure in &section.figures {
        let (bound, stretch) = figure.shown_goal();
        let cells = [
            figure.number,
            &figure.what,
            &figure.ours,
            &figure.peer,
            &figure.shown_value(),
            &bound,
            &stretch,
            figure.verdict(),
        ];
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    out
}

//! Between the types of `wit/shapes.wit` and plain ones.

#![allow(missing_docs, reason = "the generated bindings have none")]

use crate::{common_divisor, polygon};

wit_bindgen::generate!({ world: "shapes", path: "wit" });

use exports::geo::shapes::pens::{self, GuestPen};
use exports::geo::shapes::plane::{self, Axis, Figure, Point, Style, Zero};

struct Shapes;

export!(Shapes);

impl Guest for Shapes {
    fn repeat(text: String, times: Option<u32>) -> String {
        text.repeat(times.map_or(1, |times| times as usize))
    }
}

impl plane::Guest for Shapes {
    fn area(of: Figure) -> Result<f64, String> {
        match of {
            Figure::Circle(radius) => Ok(std::f64::consts::PI * radius * radius),
            Figure::Polygon(corners) => {
                let corners: Vec<_> = corners.iter().map(|corner| (corner.x, corner.y)).collect();
                polygon(&corners)
            }
            Figure::Nothing => Ok(0.0),
        }
    }

    fn center(points: Vec<Point>) -> Option<Point> {
        if points.is_empty() {
            return None;
        }
        let count = points.len() as f64;
        let mean = |of: fn(&Point) -> f64| points.iter().map(of).sum::<f64>() / count;
        Some(Point { x: mean(|point| point.x), y: mean(|point| point.y) })
    }

    fn mirror(at: Point, along: Axis, style: Style) -> (Point, Style) {
        let mirrored = match along {
            Axis::X => Point { x: at.x, y: -at.y },
            Axis::Y => Point { x: -at.x, y: at.y },
        };
        (mirrored, style | Style::DASHED)
    }

    fn common_divisor(of: Vec<u64>) -> Result<u64, Zero> {
        common_divisor(&of).map_err(|place| Zero { place })
    }
}

struct Pen(u8);

impl pens::Guest for Shapes {
    type Pen = Pen;
}

impl GuestPen for Pen {
    fn new(width: u8) -> Self {
        Self(width)
    }

    fn width(&self) -> u8 {
        self.0
    }
}

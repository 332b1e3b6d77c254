/** The shop's colours: name → hex. What a picture is tinted with, and an attribute of every item. */
export const COLOURS = {
  Forest: "#3f6b4f",
  Sage: "#93a98a",
  Sand: "#d3bd97",
  Terracotta: "#c4694a",
  Mustard: "#d9a53a",
  Ink: "#2c3a57",
  Sky: "#86b3cf",
  Cobalt: "#2f5fb3",
  Rose: "#d99a9c",
  Plum: "#7a4766",
  Charcoal: "#43474d",
  Ivory: "#e9e1d0",
  Walnut: "#7b5a41",
  Coral: "#e8795f",
  Silver: "#b9bfc6",
  Teal: "#2f7f83",
};

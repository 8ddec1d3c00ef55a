import js from "@eslint/js";
import globals from "globals";

// Django's catalogue of words (templates/base.html) gives every page these.
const words = { ...globals.browser, gettext: "readonly", ngettext: "readonly", pgettext: "readonly", interpolate: "readonly" };

export default [
  { ignores: ["node_modules/", "var/", ".venv/"] },
  js.configs.recommended,
  {
    files: ["static/js/**/*.js", "static/js/**/*.mjs"],
    languageOptions: { ecmaVersion: 2024, sourceType: "module", globals: words },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-var": "error",
      "prefer-const": "error",
    },
  },
];

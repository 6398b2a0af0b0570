// What is asked of the scripts beside `tsc --strict`: eslint's recommended rules, and what the invariants of the files want.
import js from '@eslint/js';

const markup = ['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'setHTMLUnsafe', 'createContextualFragment', 'parseFromString'];
const written = ['write', 'writeln'].map((property) => ({ object: 'document', property }));

export default [
  js.configs.recommended,
  { linterOptions: { noInlineConfig: true } },
  {
    languageOptions: { ecmaVersion: 2023, sourceType: 'module' },
    rules: {
      // The compiler knows the names of a browser, eslint only those that it is told.
      'no-undef': 'off',
      'eqeqeq': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-script-url': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
  // The log's texts and what others put into links and storage are never read as markup by the explorer.
  { files: ['src/faces/explorer/*.js'], rules: { 'no-restricted-properties': ['error', ...written, ...markup.map((property) => ({ property }))] } },
  { files: ['src/faces/pages/assets/*.js'], languageOptions: { sourceType: 'script' } },
];

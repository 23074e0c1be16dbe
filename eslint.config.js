import tseslint from 'typescript-eslint'

/** What a pure file (a room's `states.ts`, and files that say so by name) may not touch: time, chance, the world. */
const impure = [
  { object: 'Date', property: 'now', message: 'The clock is an argument: take `now` as a parameter.' },
  { object: 'Math', property: 'random', message: 'Chance is an argument.' },
]

export default tseslint.config(
  { ignores: ['**/node_modules/', 'examples/', '.state/', 'coverage/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-properties': ['error', ...impure],
      eqeqeq: 'error',
      // A leading underscore says: the contract has it, this member does not need it.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
)

/** A radio button that looks as its class says. */
export function choice({ name, value, text, className, isChecked, onChoose }) {
  const label = document.createElement('label');
  const input = Object.assign(document.createElement('input'), {
    type: 'radio',
    name,
    value,
    checked: isChecked,
  });
  input.addEventListener('change', onChoose);
  label.append(input, Object.assign(document.createElement('span'), { className, textContent: text }));
  return label;
}

// Exact amounts in minor units, as BigInt: read as typed, divided and written like billing/money.py does.
globalThis.amounts = (() => {
  const digitsOf = (text) =>
    text.replace(/\p{Nd}/gu, (digit) => {
      // Decimal digits come in runs of ten.
      let zero = digit.codePointAt(0);
      while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && digit.codePointAt(0) - zero < 9) zero--;
      return digit.codePointAt(0) < 128 ? digit : String(digit.codePointAt(0) - zero);
    });

  const grouped = (text) => /^\d{1,3}([.,']\d{3})*$/.test(text) || /^\d{1,2}(['.,]\d{2})*['.,]\d{3}$/.test(text);

  // Minor units, or null for what is no amount or could be two: the server asks then.
  const parse = (typed, exponent, grouping) => {
    const text = digitsOf(typed).replace(/[\s’]/g, "'").replace(/^'+|'+$|[\p{Sc}\u200e\u200f]/gu, "");
    if (!/^[\d.,']*\d[\d.,']*$/.test(text)) return null;
    const last = Math.max(text.lastIndexOf("."), text.lastIndexOf(","));
    let [whole, fraction] = [text, ""];
    if (last >= 0) {
      const [sign, head, tail] = [text[last], text.slice(0, last), text.slice(last + 1)];
      const mixed = /[.,']/.test(head);
      if (head.includes(sign)) [whole, fraction] = [text, ""];
      else if (mixed || tail.length !== 3 || /^0*$/.test(head)) [whole, fraction] = [head, tail];
      else if (exponent === 3 && (sign === "." || !["", ","].includes(grouping))) [whole, fraction] = [head, tail];
      else if (sign !== grouping && exponent && /^0*$/.test(tail.slice(exponent))) return null;
    }
    if (fraction.length > exponent || !/^\d*$/.test(fraction)) return null;
    if (/[.,']/.test(whole) && !grouped(whole)) return null;
    return BigInt(whole.replace(/[.,']/g, "") + fraction.padEnd(exponent, "0") || "0");
  };

  // round(amount × part / whole), halves away from zero.
  const share = (amount, part, whole) => (2n * amount * part + whole) / (2n * whole);

  // Split by weights with cumulative rounding, so that the parts always add up.
  const allocate = (total, weights) => {
    const whole = weights.reduce((sum, weight) => sum + weight, 0n);
    let [running, given] = [0n, 0n];
    return weights.map((weight) => {
      running += weight;
      const part = share(total, running, whole) - given;
      given += part;
      return part;
    });
  };

  // Basis points of a percentage as typed; null for what is none.
  const points = (typed) => {
    const found = /^(\d{0,3})(?:[.,](\d{0,2}))?\s*%?$/.exec(typed.trim());
    return found && BigInt((found[1] || "0") + (found[2] ?? "").padEnd(2, "0"));
  };

  // Writes amounts like `sample`, which shows 123456789 minor units in the page's language.
  const writer = (sample, exponent) => {
    const [, before, number, after] = /^(\D*)([\d.,\s'’]*\d)(.*)$/su.exec(sample);
    const signs = [...number].filter((sign) => !/\d/.test(sign));
    const decimal = exponent ? signs.pop() : "";
    const grouping = signs[0] ?? "";
    return (minor) => {
      const digits = String(minor).padStart(exponent + 1, "0");
      const whole = digits.slice(0, digits.length - exponent).replace(/\B(?=(\d{3})+$)/g, grouping);
      return before + whole + (exponent ? decimal + digits.slice(-exponent) : "") + after;
    };
  };

  return { allocate, parse, points, share, writer };
})();

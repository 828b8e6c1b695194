import { oneOf, type AbsenceLanguage } from './language.ts';

export const PORTUGUESE: AbsenceLanguage = {
  subject: oneOf(
    String.raw`fora do escritorio`,
    String.raw`(?:mensagem|aviso) de ausencia`,
    String.raw`ausen(?:te|cia)\b`,
    String.raw`(?:estou )?(?:de )?ferias\b`,
    String.raw`estou ausente`,
  ),
  says: oneOf(
    String.raw`fora do (?:escritorio|pais)`,
    String.raw`(?:estou|estarei|encontro-me|estamos|estaremos|me encontro) (?:atualmente |de momento |neste momento )?(?:ausente|fora|de (?:ferias|licenca|baixa|folga)|em (?:viagem|ferias|licenca)|a viajar|viajando|sem acesso|indisponivel)`,
    String.raw`ausente (?:do|ate|de|por|entre)`,
    String.raw`(?:durante|na) (?:a )?minha ausencia`,
    String.raw`acesso limitado (?:a|ao)`,
    String.raw`(?:escritorio|empresa|escritorios) (?:esta|estara|estarao|estao) (?:encerrad|fechad)`,
    String.raw`de ferias (?:ate|de|entre|e)`,
    String.raw`licenca (?:de )?(?:maternidade|paternidade|parental)`,
    String.raw`nao (?:estou|estarei|estamos|me encontro) (?:[a-z]{1,14} ){0,2}(?:no escritorio|disponivel|contactavel)`,
    String.raw`(?:encerrad|fechad)[oa]s? para`,
    String.raw`(?:estou|estarei|vou estar|encontro-me) (?:[a-z]{1,14} ){0,2}(?:de (?:ferias|baixa|licenca|folga)|doente|em (?:viagem|formacao|licenca)|num[a]? (?:feira|congresso|formacao|evento))`,
    String.raw`(?:pouco|sem) acesso (?:a|ao)`,
  ),
  hints: oneOf(
    String.raw`(?:ferias|doente|doenca|viagem|viajando|viajar|formacao|feira|congresso|feriado)\b`,
    String.raw`(?:recesso|licenca|baixa|folga|ausen[a-z]*|meu regresso|encerrad[oa]s?|fechad[oa]s?)\b`,
    String.raw`(?:maternidade|paternidade|operad[oa]|hospital|recuperacao|ponte|reabr[a-z]*)\b`,
    String.raw`(?:indisponivel)\b`,
  ),
  templates: [
    /\b(?:contacte|contate|dirija-se|contactar|pode (?:contactar|contatar|escrever))/,
    /\b(?:obrigad[oa] (?:pel[oa]|por)|agradeco (?:o|a))/,
    /\burgen(?:tes?|cias?)\b/,
    /\b(?:mensagem|resposta) automatica/,
    /\bnao (?:sera|serao) (?:reencaminhad|encaminhad|lid)[oa]s?/,
    /\b(?:responderei|retornarei)[^.!?]{0,50}\b(?:regresso|regressar|voltar|retorno|possivel)/,
    /\b(?:acesso (?:muito )?limitado|pouco acesso|sem acesso)\b/,
  ],
};
